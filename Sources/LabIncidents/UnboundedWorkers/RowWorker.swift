import LabCore
import LabTelemetry
import Synchronization

/// Looks at the table every interval, and starts a task for each row that it fetches.
///
/// One task of its own, which ends with ``stop()``.
final class RowWorker: Sendable {
    /// How many rows it fetches when it looks.
    enum Policy: Sendable, Hashable {
        /// All that have arrived.
        case all
        /// A whole batch, unless more than `limit` are running: then it looks again after `pause`.
        case batch(size: Int, unlessAbove: Int, pause: Duration)
        /// None: rows are started as they come, and only the figures are told.
        case none
    }

    /// What is told of each interval.
    struct Metrics: Sendable {
        /// Rows of the last fetch.
        let batch: Counter
        /// Looks at which too many were running.
        let heldBack: Counter
        let site = Census.site("RowWorker", kind: .task)

        init(on page: TelemetryPage) {
            batch = page.gauge("batch", class: .incident)
            heldBack = page.counter("heldBack", class: .incident)
        }
    }

    /// What is told of a worker that starts every batch at its time: no other has such a point.
    struct TippingGauges: Sendable {
        /// Rows that arrive in a second of incident time, as are the two others.
        let load: Counter
        let tippingLoad: Counter
        let predictedTippingLoad: Counter

        init(on page: TelemetryPage) {
            load = page.gauge("load", class: .incident)
            tippingLoad = page.gauge("tippingLoad", class: .incident)
            predictedTippingLoad = page.gauge("predictedTippingLoad", class: .incident)
        }
    }

    private let policy: Policy
    private let interval: Duration
    private let inbox: RowInbox
    private let runner: RowRunner
    private let times: WorkTimes
    private let clock: IncidentClock
    private let timeScale: TimeScale
    private let metrics: Metrics
    private let gauges: TippingGauges?
    /// Called with the end of each row that was started.
    private let finished: @Sendable () -> Void
    private let tipping: Mutex<TippingPoint>
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Starts the task.
    init(
        _ policy: Policy,
        every interval: Duration,
        inbox: RowInbox,
        runner: RowRunner,
        times: WorkTimes,
        clock: IncidentClock,
        timeScale: TimeScale,
        metrics: Metrics,
        tipping gauges: TippingGauges? = nil,
        finished: @escaping @Sendable () -> Void = {}
    ) {
        self.policy = policy
        self.interval = interval
        self.inbox = inbox
        self.runner = runner
        self.times = times
        self.clock = clock
        self.timeScale = timeScale
        self.metrics = metrics
        self.gauges = gauges
        self.finished = finished
        tipping = Mutex(TippingPoint(cores: runner.cores.count))
        metrics.site.enter()
        // Lives as long as the handler, whose `shutDown` awaits it in `stop`.
        let task = Task { await self.run() }
        self.task.withLock { $0 = task }
    }

    /// Ends the task, and waits for none of the rows.
    func stop() async {
        let task = task.withLock { $0 }
        task?.cancel()
        await task?.value
    }

    private func run() async {
        var next = clock.now
        while !Task.isCancelled {
            // A look that comes too late delays the next ones; none is made up for, as with a ticker.
            next = max(next.advanced(by: look()), clock.now)
            do { try await clock.sleep(until: next) } catch { break }
        }
        metrics.site.leave()
    }

    /// - Returns: when to look again.
    private func look() -> Duration {
        tell(times.closeInterval())
        switch policy {
        case .none:
            return interval
        case .all:
            start(inbox.take())
        case .batch(let size, let limit, let pause):
            guard runner.running <= limit else {
                metrics.heldBack.add()
                return pause
            }
            start(inbox.take(atMost: size))
        }
        return interval
    }

    private func start(_ rows: [WaitingRow]) {
        metrics.batch.store(UInt64(rows.count))
        for row in rows { runner.start(row, finished: finished) }
    }

    private func tell(_ interval: WorkTimes.Interval) {
        guard let gauges else { return }
        let batch = TippingPoint.Batch(
            time: clock.now.elapsed.inSeconds,
            arrivals: inbox.takeArrivals(),
            leftOver: runner.running,
            ended: interval.count,
            busy: timeScale.incident(.nanoseconds(Int64(clamping: interval.busy))).inSeconds
        )
        let tipping = tipping.withLock { tipping in
            tipping.begin(batch)
            return tipping
        }
        gauges.load.store(tipping.presentLoad)
        gauges.tippingLoad.store(tipping.load)
        gauges.predictedTippingLoad.store(tipping.predicted)
    }
}

extension Counter {
    /// To the nearest whole number; 0 for an unknown one.
    fileprivate func store(_ value: Double?) {
        store(UInt64(min(max(value ?? 0, 0), 0x1p53).rounded()))
    }
}
