import LabCore
import LabTelemetry
import Synchronization

/// How long pieces of work take: on their way from start to end, and on a core; told once an interval.
final class WorkTimes: Sendable {
    /// The pieces that ended in one interval.
    struct Interval: Sendable {
        /// From start to end, microseconds of incident time.
        var handling = HistogramSnapshot()
        /// For how long cores were busy with them, nanoseconds of wall time.
        var busy: UInt64 = 0

        var count: Int { Int(clamping: handling.total) }

        /// For how long a core was busy with one, wall time; zero without any.
        var meanBusy: Duration {
            count == 0 ? .zero : .nanoseconds(Int64(clamping: busy / UInt64(count)))
        }
    }

    /// Where an interval's figures go.
    struct Gauges: Sendable {
        /// Milliseconds of incident time.
        let median: Counter
        /// The 99th percentile, milliseconds of incident time.
        let slow: Counter
        /// Microseconds of incident time that a core was busy with one piece.
        let cost: Counter
    }

    private let interval = Mutex(Interval())
    private let timeScale: TimeScale
    private let gauges: Gauges

    init(timeScale: TimeScale, gauges: Gauges) {
        self.timeScale = timeScale
        self.gauges = gauges
    }

    /// One has ended `duration` of incident time after its start; a core was busy with it for `busy` nanoseconds.
    func finished(after duration: Duration, busy: UInt64) {
        let microseconds = UInt64(clamping: duration.inNanoseconds / 1_000)
        interval.withLock { interval in
            interval.handling.record(microseconds)
            interval.busy &+= busy
        }
    }

    /// Tells the figures of what ended since the last call; if nothing did, those before stay.
    @discardableResult
    func closeInterval() -> Interval {
        let closed = interval.withLock { interval in
            defer { interval = Interval() }
            return interval
        }
        guard closed.count > 0 else { return closed }
        if let time = closed.handling.quantile(0.5) { gauges.median.store(time / 1_000) }
        if let time = closed.handling.quantile(0.99) { gauges.slow.store(time / 1_000) }
        gauges.cost.store(UInt64(clamping: timeScale.incident(closed.meanBusy).inNanoseconds / 1_000))
        return closed
    }
}
