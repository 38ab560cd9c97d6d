import CPlatform
import Foundation
import LabCore
import LabTelemetry
import Synchronization

/// Reads the size of the live heap on a thread of its own.
///
/// glibc walks its free chunks while it holds the arena's lock, so a reading that takes over a millisecond doubles the
/// interval, and its cost is told on the page.
final class HeapReader: Sendable {
    private let interval: Duration
    private let metrics: PodMetrics
    private let hasStopped = Atomic(false)

    static let tolerableCost: UInt64 = 1_000_000
    static let longestInterval = 10.0

    init(interval: Duration, metrics: PodMetrics) {
        self.interval = interval
        self.metrics = metrics
    }

    func start() {
        let thread = Thread { [self] in work() }
        thread.name = "heap-reader"
        thread.start()
    }

    func stop() { hasStopped.store(true, ordering: .relaxed) }

    private func work() {
        var pause = interval.inSeconds
        while !hasStopped.load(ordering: .relaxed) {
            if readOnce() > Self.tolerableCost { pause = min(pause * 2, Self.longestInterval) }
            Thread.sleep(forTimeInterval: pause)
        }
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
