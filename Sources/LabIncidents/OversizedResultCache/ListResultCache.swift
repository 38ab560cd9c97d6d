import LabCore
import LabTelemetry
import Synchronization

/// Keeps list results for a while: the least recently used leave first when there is no room.
///
/// As with the library of the incident, nothing sweeps: an expired result stays until it is asked for again or pushed out.
final class ListResultCache: Sendable {
    /// What there is room for.
    enum Capacity: Sendable, Hashable {
        /// So many results, whatever they weigh.
        case entries(Int)
        /// So many bytes of results; one that is larger is not kept at all.
        case bytes(Int)

        fileprivate func hasRoom(for results: RecentEntries<Kept>) -> Bool {
            switch self {
            case .entries(let limit): results.count <= limit
            case .bytes(let limit): results.weight <= limit
            }
        }

        fileprivate func accepts(_ result: ListResult) -> Bool {
            guard case .bytes(let limit) = self else { return true }
            return result.count <= limit
        }
    }

    /// The cache's numbers on the pod's page.
    struct Metrics: Sendable {
        let entries: Counter
        let cachedBytes: Counter
        let hits: Counter
        let misses: Counter
        let evictions: Counter
        let expiries: Counter

        init(on page: TelemetryPage) {
            entries = page.gauge("entries", class: .incident)
            cachedBytes = page.gauge("cachedBytes", unit: .bytes, class: .incident)
            hits = page.counter("hits", class: .incident)
            misses = page.counter("misses", class: .incident)
            evictions = page.counter("evictions", class: .incident)
            expiries = page.counter("expiries", class: .incident)
        }
    }

    fileprivate struct Kept: Sendable {
        let result: ListResult
        /// From then on the result is not used any more, nanoseconds.
        let expiry: UInt64
    }

    private let capacity: Capacity
    /// Nanoseconds of the cache's clock.
    private let timeToLive: UInt64
    private let now: @Sendable () -> UInt64
    private let metrics: Metrics
    private let results = Mutex(RecentEntries<Kept>())

    /// `timeToLive` is how long a result may be used, wall time; `now` gives nanoseconds of a clock that never goes
    /// back.
    init(
        capacity: Capacity,
        timeToLive: Duration,
        now: @escaping @Sendable () -> UInt64,
        metrics: Metrics
    ) {
        self.capacity = capacity
        self.timeToLive = UInt64(clamping: timeToLive.inNanoseconds)
        self.now = now
        self.metrics = metrics
    }

    /// The cached result, or the one that `load` gives, which is kept then.
    ///
    /// Callers that miss at the same time all load.
    func fetch(_ key: String, orLoad load: () -> ListResult) -> ListResult {
        if let known = get(key) { return known }
        let result = load()
        keep(result, for: key)
        return result
    }

    private func get(_ key: String) -> ListResult? {
        let now = now()
        return results.withLock { results in
            let kept = results.use(key)
            if let kept, now < kept.expiry {
                metrics.hits.add()
                return kept.result
            }
            metrics.misses.add()
            if kept != nil {
                results.remove(key)
                metrics.expiries.add()
            }
            tell(results)
            return nil
        }
    }

    private func keep(_ result: ListResult, for key: String) {
        guard capacity.accepts(result) else { return }
        let (sum, overflow) = now().addingReportingOverflow(timeToLive)
        results.withLock { results in
            let kept = Kept(result: result, expiry: overflow ? .max : sum)
            results.insert(kept, weighing: result.count, for: key)
            while !capacity.hasRoom(for: results), results.count > 0 {
                results.removeOldest()
                metrics.evictions.add()
            }
            tell(results)
        }
    }

    /// Called under the lock, so that the two numbers belong together.
    private func tell(_ results: borrowing RecentEntries<Kept>) {
        metrics.entries.store(UInt64(results.count))
        metrics.cachedBytes.store(UInt64(results.weight))
    }
}
