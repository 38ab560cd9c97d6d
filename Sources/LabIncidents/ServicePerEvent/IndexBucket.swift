/// A part of the cache's keys behind a lock of its own.
final class IndexBucket: Sendable {
    private let lookup = ReadWriteLocked<[String: IndexItem]>([:])

    func item(for key: String) -> IndexItem? { lookup.read { $0[key] } }

    /// - Returns: the item that was replaced.
    func insert(_ item: IndexItem) -> IndexItem? { lookup.write { $0.updateValue(item, forKey: item.key) } }

    func remove(_ key: String) -> IndexItem? { lookup.write { $0.removeValue(forKey: key) } }

    /// Removes the item unless another one has taken its key meanwhile.
    func remove(_ item: IndexItem) {
        lookup.write { if $0[item.key] === item { $0[item.key] = nil } }
    }

    var count: Int { lookup.read { $0.count } }
}
