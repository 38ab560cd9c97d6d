import LabCore
import LabTelemetry
import Synchronization

/// The cache of the incident: results expire, and that is all.
///
/// What has expired lies there until its key is asked for again, and then only to be replaced.
final class ExpiringItemCache: ItemCache {
    private struct State {
        var items: [String: CachedItem] = [:]
        var byteCount = 0
    }

    private let timeToLive: Duration
    private let clock: IncidentClock
    private let metrics: ItemCacheMetrics
    private let state = Mutex(State())

    /// `timeToLive` is incident time.
    init(timeToLive: Duration, clock: IncidentClock, metrics: ItemCacheMetrics) {
        self.timeToLive = timeToLive
        self.clock = clock
        self.metrics = metrics
    }

    func find(_ key: ItemKey) -> CachedItem? { state.withLock { $0.items[key.text] } }

    // Not inlined, so that profiles can tell it from the conversion.
    @inline(never)
    func keep(_ result: some ItemResult, for key: ItemKey) {
        let item = CachedItem(result: result, expiry: clock.now.advanced(by: timeToLive))
        state.withLock { state in
            let known = state.items.updateValue(item, forKey: key.text)
            if known == nil { state.byteCount += Self.size(ofKey: key.text) }
            metrics.tell(entries: state.items.count, bytes: state.byteCount)
        }
    }

    /// What nobody did: removes all that has expired.
    func removeExpired() {
        let now = clock.now
        state.withLock { state in
            let expired = state.items.filter { $0.value.expiry <= now }.keys
            for key in expired {
                state.items[key] = nil
                state.byteCount -= Self.size(ofKey: key)
            }
            metrics.swept.add(UInt64(expired.count))
            metrics.tell(entries: state.items.count, bytes: state.byteCount)
        }
    }

    /// Bytes of an entry, its place in the dictionary included.
    private static func size(ofKey key: String) -> Int {
        CachedItem.size(ofKey: key) + MemoryLayout<String>.stride + MemoryLayout<CachedItem>.stride
    }
}
