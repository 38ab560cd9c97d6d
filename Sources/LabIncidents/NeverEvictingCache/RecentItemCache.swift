import LabCore
import LabTelemetry
import Synchronization

/// A cache that evicts by itself: the least recently used leave first when there is no room, expired or not.
final class RecentItemCache: ItemCache {
    /// What there is room for.
    enum Capacity: Sendable, Hashable {
        /// So many results: the length of the list.
        case entries(Int)
        /// So many bytes of results with their places in the list, as in a zone of memory of that size.
        case bytes(Int)

        fileprivate func isExceeded(by entries: borrowing RecentEntries<CachedItem>) -> Bool {
            switch self {
            case .entries(let limit): entries.count > limit
            case .bytes(let limit): entries.weight > limit
            }
        }
    }

    private let capacity: Capacity
    private let timeToLive: Duration
    private let clock: IncidentClock
    private let metrics: ItemCacheMetrics
    private let entries = Mutex(RecentEntries<CachedItem>())

    /// `timeToLive` is incident time.
    init(capacity: Capacity, timeToLive: Duration, clock: IncidentClock, metrics: ItemCacheMetrics) {
        self.capacity = capacity
        self.timeToLive = timeToLive
        self.clock = clock
        self.metrics = metrics
    }

    func find(_ key: ItemKey) -> CachedItem? { entries.withLock { $0.use(key.text) } }

    @inline(never)
    func keep(_ result: some ItemResult, for key: ItemKey) {
        let item = CachedItem(result: result, expiry: clock.now.advanced(by: timeToLive))
        entries.withLock { entries in
            entries.insert(item, weighing: Self.size(ofKey: key.text), for: key.text)
            while capacity.isExceeded(by: entries), entries.count > 0 {
                entries.removeOldest()
                metrics.evictions.add()
            }
            metrics.tell(entries: entries.count, bytes: entries.weight)
        }
    }

    /// Bytes of an entry, its place in the list included.
    static func size(ofKey key: String) -> Int {
        CachedItem.size(ofKey: key) + RecentEntries<CachedItem>.nodeSize
    }
}
