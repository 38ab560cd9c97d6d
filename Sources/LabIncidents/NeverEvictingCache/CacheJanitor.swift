import LabCore
import LabTelemetry
import Synchronization

/// Cleans a cache up at an interval, until it is stopped.
final class CacheJanitor: Sendable {
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Starts the task; `interval` is incident time, the first clean-up comes when it has passed once.
    init(of cache: ExpiringItemCache, every interval: Duration, clock: IncidentClock, sweeps: Counter) {
        let site = Census.site("CacheJanitor", kind: .task)
        site.enter()
        // Lives as long as the handler, whose `shutDown` awaits it in `stop`.
        let task = Task {
            await Self.sweep(cache, every: interval, clock, sweeps)
            site.leave()
        }
        self.task.withLock { $0 = task }
    }

    func stop() async {
        let task = task.withLock { $0.take() }
        task?.cancel()
        await task?.value
    }

    /// On an absolute schedule, so that the period is the interval however long a clean-up takes; what is missed is
    /// left out.
    private static func sweep(
        _ cache: ExpiringItemCache,
        every interval: Duration,
        _ clock: IncidentClock,
        _ sweeps: Counter
    ) async {
        var next = clock.now.advanced(by: interval)
        while (try? await clock.sleep(until: next, tolerance: nil)) != nil {
            cache.removeExpired()
            sweeps.add()
            let now = clock.now
            repeat { next = next.advanced(by: interval) } while next <= now
        }
    }
}
