import LabCore
import LabTelemetry

extension Incident {
    /// A worker that starts a task for every row, every second, and waits for none of them.
    package static let unboundedWorkers = Incident(
        name: "unbounded-workers",
        title: "Workers without a bound",
        summary: "Every second a worker starts a task for each row that has arrived, and waits for none.",
        story: [
            """
            Calls to a service timed out after five seconds. The service finished some of them more than four hundred \
            seconds later, and began others as late. One of its machines was saturated in CPU and memory. A restart \
            helped, for a while.
            """,
            """
            One of the suspects was found by reading the code. Every second a worker read rows and started a goroutine \
            for each of them, never waiting. As long as the rows of one second were done within the second, nobody \
            noticed. When they took longer they met those of the next second on the same cores, so that all of them took \
            longer still: the CPU went from normal to full in fifteen minutes.
            """,
            """
            The fix looks before it starts: if more than 200 are running it waits three seconds and looks again, else \
            it fetches and starts a whole batch. So the bound is not 200, it is 200 plus one batch.
            """,
        ],
        mechanism: """
            A batch of rows is begun every second, a task for each row, whether or not those of the last second are \
            done. Handling is real work on shared cores, so each row takes longer the more are under way. Beyond the \
            load at which a batch takes longer than the interval, rows, memory and handling time push each other up \
            without an end.
            """,
        handlers: [.unboundedWorker, .semaphoreWorker, .pausingWorker],
        parameters: UnboundedWorkersParameters.all,
        defaultConcurrency: 1_000,
        predictions: Prediction.rowsPilingUp,
        workFollowsTimeScale: true
    )
}

extension IncidentHandler {
    fileprivate static let unboundedWorker = IncidentHandler(
        name: "unbounded",
        summary: "Starts a task for every row that has arrived, every second, and waits for none.",
        defaultRole: .suspect,
        defaultIsControl: false,
        make: { context in
            let parts = WorkerParts(context)
            let atRisk = context.page.gauge("rowsAtRisk", class: .incident)
            return UnboundedHandler(
                inbox: parts.inbox,
                worker: parts.worker(.all, RowWorker.TippingGauges(on: context.page)) { atRisk.subtract() },
                runner: parts.runner,
                atRisk: atRisk
            )
        }
    )

    fileprivate static let semaphoreWorker = IncidentHandler(
        name: "semaphore",
        summary: "Starts a whole batch unless too many rows are running; then it waits and looks again.",
        defaultRole: .fix,
        defaultIsControl: false,
        make: { context in
            typealias Knobs = UnboundedWorkersParameters
            let parts = WorkerParts(context)
            let policy = RowWorker.Policy.batch(
                size: context.wholeNumber(Knobs.batch),
                unlessAbove: context.wholeNumber(Knobs.limit),
                pause: context.duration(Knobs.recheck)
            )
            return SemaphoreHandler(inbox: parts.inbox, worker: parts.worker(policy), runner: parts.runner)
        }
    )

    fileprivate static let pausingWorker = IncidentHandler(
        name: "pause-partitions",
        summary: "Starts rows as they come, and has its partitions paused while too many are running.",
        defaultRole: .fix,
        defaultIsControl: true,
        make: { context in
            typealias Knobs = UnboundedWorkersParameters
            let parts = WorkerParts(context)
            return PausingHandler(
                worker: parts.worker(.none),
                runner: parts.runner,
                mark: HighWaterMark(
                    top: context.wholeNumber(Knobs.limit),
                    bottom: context.wholeNumber(Knobs.resumption)
                )
            )
        }
    )
}

/// What the handlers share, made for one of them.
private struct WorkerParts {
    let inbox = RowInbox()
    let runner: RowRunner
    private let times: WorkTimes
    private let context: IncidentContext

    init(_ context: IncidentContext) {
        typealias Knobs = UnboundedWorkersParameters
        self.context = context
        times = WorkTimes(timeScale: context.timeScale, gauges: .ofRows(on: context.page))
        let cores = WorkerCores(count: context.wholeNumber(Knobs.cores), name: "rows")
        runner = RowRunner(
            cores: cores,
            work: HashWork(cost: context.wallDuration(Knobs.rowCost), slices: Self.slices),
            bufferSize: context.byteCount(Knobs.rowBuffer),
            clock: context.clock,
            times: times,
            metrics: RowRunner.Metrics(on: context.page)
        )
    }

    /// In which a row lets the others go on: a scheduler of threads or goroutines does so every few milliseconds.
    private static let slices = 10

    func worker(
        _ policy: RowWorker.Policy,
        _ tipping: RowWorker.TippingGauges? = nil,
        finished: @escaping @Sendable () -> Void = {}
    ) -> RowWorker {
        RowWorker(
            policy,
            every: context.duration(UnboundedWorkersParameters.interval),
            inbox: inbox,
            runner: runner,
            times: times,
            clock: context.clock,
            timeScale: context.timeScale,
            metrics: RowWorker.Metrics(on: context.page),
            tipping: tipping,
            finished: finished
        )
    }
}

/// Interval, limit and pause are those of the source; it tells neither the size of a batch nor what a row costs.
enum UnboundedWorkersParameters {
    static let interval = time("interval", .seconds(1), "between two looks at the table")
    static let rowCost = IncidentParameter(
        name: "rowCost",
        type: .duration(.microseconds(10) ... .seconds(600)),
        defaultValue: .duration(.milliseconds(16)),
        help: "CPU time that handling a row takes"
    )
    static let rowBuffer = IncidentParameter(
        name: "rowBuffer",
        type: .bytes(ByteCount(1 << 10)...ByteCount(64 << 20)),
        defaultValue: .bytes(ByteCount(64 << 10)),
        help: "bytes that a row keeps while it runs"
    )
    static let cores = count("cores", 1...64, 2, "threads that all rows share, as a CPU limit grants them")
    static let limit = count(
        "limit",
        1...1_000_000,
        200,
        "running rows at which the fixes stop to start more"
    )
    static let batch = count("batch", 1...1_000_000, 200, "rows that semaphore fetches at a time, at most")
    static let recheck = time(
        "recheck",
        .seconds(3),
        "how long semaphore waits, if too many are running, before it looks again"
    )
    static let resumption = count(
        "resumeAt",
        0...1_000_000,
        100,
        "running rows at which pause-partitions goes on; at most limit − 1"
    )

    static let all = [interval, rowCost, rowBuffer, cores, limit, batch, recheck, resumption]

    private static func count(
        _ name: String,
        _ range: ClosedRange<Int64>,
        _ number: Int64,
        _ help: String
    ) -> IncidentParameter {
        IncidentParameter(
            name: name,
            type: .wholeNumber(range),
            defaultValue: .wholeNumber(number),
            help: help
        )
    }

    private static func time(_ name: String, _ duration: Duration, _ help: String) -> IncidentParameter {
        IncidentParameter(
            name: name,
            type: .duration(.milliseconds(1) ... .seconds(86_400)),
            defaultValue: .duration(duration),
            help: help
        )
    }
}
