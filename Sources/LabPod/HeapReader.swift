import CPlatform
import Foundation
import LabCore
import LabTelemetry
import Synchronization

/// Reads the size of the live heap on a thread of its own.
///
/// glibc walks its free chunks while it holds the arena's lock, so a reading that takes long is followed by a pause in
/// proportion: it takes a hundredth of the time, or happens once a second. Its cost is told on the page.
final class HeapReader: Sendable {
    private let interval: Duration
    private let metrics: PodMetrics
    private let hasStopped = Atomic(false)

    /// How many times as long as a reading the pause after it is, up to the longest one.
    private static let restFactor = 100.0
    /// In seconds: fewer readings would not show the shape of a curve.
    private static let longestRest = 1.0

    init(interval: Duration, metrics: PodMetrics) {
        self.interval = interval
        self.metrics = metrics
    }

    func start() {
        Thread.detachNewThread { [self] in
            cplatform_name_thread("heap-reader")
            work()
        }
    }

    func stop() { hasStopped.store(true, ordering: .relaxed) }

    private func work() {
        while !hasStopped.load(ordering: .relaxed) {
            Thread.sleep(forTimeInterval: Self.pause(after: readOnce(), interval: interval))
        }
    }

    /// Seconds.
    static func pause(after cost: UInt64, interval: Duration) -> Double {
        max(interval.inSeconds, min(Double(cost) * restFactor * 1e-9, longestRest))
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
