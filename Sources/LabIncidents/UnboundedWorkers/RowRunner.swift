import LabCore
import LabTelemetry
import Synchronization

/// Runs a task for each row that it is given, on cores that all of them share.
///
/// It knows no bound: how many run at once is up to whoever starts them.
final class RowRunner: Sendable {
    /// What is counted of rows.
    struct Metrics: Sendable {
        let running: Counter
        let started: Counter
        let handled: Counter
        let tasks = Census.site("RowRunner.row", kind: .task)

        init(on page: TelemetryPage) {
            running = page.gauge("runningRows", class: .incident)
            started = page.counter("rowsStarted", class: .incident)
            handled = page.counter("rowsHandled", class: .incident)
        }
    }

    let cores: WorkerCores
    private let work: HashWork
    private let opening: @Sendable () async -> Void
    /// Bytes that a row keeps for as long as it runs.
    private let bufferSize: Int
    private let clock: IncidentClock
    private let times: WorkTimes
    private let metrics: Metrics
    private let count = Atomic(0)

    /// `work` is what one row costs; each row waits for `opening` before it begins.
    init(
        cores: WorkerCores,
        work: HashWork,
        bufferSize: Int,
        clock: IncidentClock,
        times: WorkTimes,
        metrics: Metrics,
        opening: @escaping @Sendable () async -> Void = {}
    ) {
        self.cores = cores
        self.work = work
        self.opening = opening
        self.bufferSize = bufferSize
        self.clock = clock
        self.times = times
        self.metrics = metrics
    }

    /// Rows that are started and not finished.
    var running: Int { count.load(ordering: .relaxed) }

    /// Starts a task for the row and waits for nothing.
    ///
    /// The task is unstructured, as in the source; the waiter is told of its end, if there is one, and `finished` is called.
    func start(_ waiting: WaitingRow, finished: @escaping @Sendable () -> Void = {}) {
        enter()
        Task(executorPreference: cores) {
            await self.handle(waiting.row)
            self.leave()
            finished()
            waiting.waiter?.resume()
        }
    }

    /// Handles the row in a task of its own and waits for it.
    func run(_ row: Row) async throws {
        try await withCheckedThrowingContinuation { start(WaitingRow(row: row, waiter: $0)) }
    }

    /// Ends the cores' threads after what runs on them; waits for nothing.
    func shutDown() { cores.stop() }

    private func enter() {
        count.add(1, ordering: .relaxed)
        metrics.running.add()
        metrics.started.add()
        metrics.tasks.enter()
    }

    private func leave() {
        count.subtract(1, ordering: .relaxed)
        metrics.running.subtract()
        metrics.handled.add()
        metrics.tasks.leave()
    }

    private func handle(_ row: Row) async {
        let start = clock.now
        await opening()
        let begin = MonotonicClock.nanoseconds
        var document = row.document(ofSize: bufferSize)
        let copying = MonotonicClock.nanoseconds - begin
        let outcome = await work.perform(on: &document)
        times.finished(after: start.duration(to: clock.now), busy: copying + outcome.busy)
    }
}

extension WorkTimes.Gauges {
    static func ofRows(on page: TelemetryPage) -> WorkTimes.Gauges {
        WorkTimes.Gauges(
            median: page.gauge("handlingP50", unit: .milliseconds, class: .incident),
            slow: page.gauge("handlingP99", unit: .milliseconds, class: .incident),
            cost: page.gauge("rowCost", unit: .microseconds, class: .incident)
        )
    }
}
