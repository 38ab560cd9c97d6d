import CPlatform
import LabCore
import LabTelemetry

/// Reads the size of the live heap on a thread of its own.
///
/// glibc walks its free chunks while it holds the arena's lock, so a reading that takes long is followed by a pause in
/// proportion: it takes a hundredth of the time, or happens once a second. Its cost is told on the page.
final class HeapReader: Sendable {
    private let interval: Duration
    private let metrics: PodMetrics
    private let thread: PeriodicThread

    /// How many times as long as a reading the pause after it is, up to the longest one.
    private static let restFactor = 100
    /// Fewer readings would not show the shape of a curve.
    private static let longestRest = Duration.seconds(1)

    init(interval: Duration, metrics: PodMetrics) {
        self.interval = interval
        self.metrics = metrics
        thread = PeriodicThread("heap-reader", every: interval)
    }

    func start() {
        thread.start { [self] thread in
            while thread.rest(for: Self.pause(after: readOnce(), interval: interval)) {}
        }
    }

    func stop() { thread.stop() }

    static func pause(after cost: UInt64, interval: Duration) -> Duration {
        max(interval, min(.nanoseconds(Int64(clamping: cost)) * restFactor, longestRest))
    }

    /// - Returns: what the reading took, nanoseconds.
    @discardableResult
    func readOnce() -> UInt64 {
        let start = MonotonicClock.nanoseconds
        let heap = cplatform_read_heap()
        let end = MonotonicClock.nanoseconds
        if heap.is_known { metrics.heap.store(heap.used_bytes, at: end) }
        metrics.heapReadCost.store(end - start)
        return end - start
    }
}
