import Synchronization

/// One answer that the cache keeps: whether a search index exists.
final class IndexItem: Sendable {
    let key: String
    let exists: Bool
    /// When the answer is no longer to be used, nanoseconds of the cache's clock.
    let expiry: UInt64
    /// Where the item stands in the worker's list; only the worker looks at it.
    private let place = Atomic(Place.none)

    private enum Place {
        static let none = -1
        static let removed = -2
    }

    init(key: String, exists: Bool, expiry: UInt64) {
        self.key = key
        self.exists = exists
        self.expiry = expiry
    }

    /// Its node in the worker's list; `nil` before it was put there and after it was removed.
    var node: Int? {
        get {
            let place = place.load(ordering: .relaxed)
            return place >= 0 ? place : nil
        }
        set { place.store(newValue ?? Place.none, ordering: .relaxed) }
    }

    /// Deleted, replaced or pruned: a promotion that was still under way must not put it back.
    var isRemoved: Bool { place.load(ordering: .relaxed) == Place.removed }

    func markRemoved() { place.store(Place.removed, ordering: .relaxed) }
}
