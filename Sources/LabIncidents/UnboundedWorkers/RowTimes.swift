import LabCore
import LabTelemetry
import Synchronization

/// How long rows take: on their way from start to end, and on a core.
final class RowTimes: Sendable {
    /// The rows that ended in one interval.
    struct Interval: Sendable {
        /// From start to end, microseconds of incident time.
        var handling = HistogramSnapshot()
        /// For how long cores were busy with them, nanoseconds of wall time.
        var busy: UInt64 = 0

        var rows: Int { Int(clamping: handling.total) }
    }

    private let interval = Mutex(Interval())
    private let timeScale: TimeScale
    private let median: Counter
    private let slowest: Counter
    private let cost: Counter

    init(timeScale: TimeScale, page: TelemetryPage) {
        self.timeScale = timeScale
        median = page.gauge("handlingP50", unit: .milliseconds, class: .incident)
        slowest = page.gauge("handlingP99", unit: .milliseconds, class: .incident)
        cost = page.gauge("rowCost", unit: .microseconds, class: .incident)
    }

    /// A row has ended `duration` of incident time after its start; cores were busy with it for `busy` nanoseconds.
    func finished(after duration: Duration, busy: UInt64) {
        let microseconds = UInt64(clamping: duration.inNanoseconds / 1_000)
        interval.withLock { interval in
            interval.handling.record(microseconds)
            interval.busy &+= busy
        }
    }

    /// Tells the figures of the rows that ended since the last call; without any, those before them stay.
    func closeInterval() -> Interval {
        let closed = interval.withLock { interval in
            defer { interval = Interval() }
            return interval
        }
        guard closed.rows > 0 else { return closed }
        if let time = closed.handling.quantile(0.5) { median.store(time / 1_000) }
        if let time = closed.handling.quantile(0.99) { slowest.store(time / 1_000) }
        cost.store(UInt64(clamping: timeScale.incident(closed.meanBusy).inNanoseconds / 1_000))
        return closed
    }
}

extension RowTimes.Interval {
    /// For how long a core was busy with one row, wall time; zero without rows.
    var meanBusy: Duration {
        rows == 0 ? .zero : .nanoseconds(Int64(clamping: busy / UInt64(rows)))
    }
}
