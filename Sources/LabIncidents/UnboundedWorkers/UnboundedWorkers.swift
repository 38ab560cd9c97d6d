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
        workFollowsTimeScale: true,
        metrics: [
            "batch", "handlingP50", "handlingP99", "heldBack", "load", "predictedTippingLoad", "rowCost",
            "rowsAtRisk", "rowsHandled", "rowsStarted", "runningRows", "tippingLoad",
        ],
        originalFigures: [
            LabelledValue("handlingP99", "over 400 s"), LabelledValue("normal to full CPU", "15 min"),
        ]
    )
}

extension IncidentHandler {
    fileprivate static let unboundedWorker = IncidentHandler.suspect(
        "unbounded",
        "Starts a task for every row that has arrived, every second, and waits for none."
    ) { context in
        let parts = WorkerParts(context)
        let atRisk = context.page.gauge("rowsAtRisk", class: .incident)
        return UnboundedHandler(
            inbox: parts.inbox,
            worker: parts.worker(.all, RowWorker.TippingGauges(on: context.page)) { atRisk.subtract() },
            runner: parts.runner,
            atRisk: atRisk
        )
    }

    fileprivate static let semaphoreWorker = IncidentHandler.fix(
        "semaphore",
        "Starts a whole batch unless too many rows are running; then it waits and looks again."
    ) { context in
        typealias Parameters = UnboundedWorkersParameters
        let parts = WorkerParts(context)
        let policy = RowWorker.Policy.batch(
            size: context[Parameters.batch],
            unlessAbove: context[Parameters.limit],
            pause: context[Parameters.recheck]
        )
        return SemaphoreHandler(inbox: parts.inbox, worker: parts.worker(policy), runner: parts.runner)
    }

    fileprivate static let pausingWorker = IncidentHandler.fix(
        "pause-partitions",
        "Starts rows as they come, and has its partitions paused while too many are running.",
        isControl: true
    ) { context in
        typealias Parameters = UnboundedWorkersParameters
        let parts = WorkerParts(context)
        return PausingHandler(
            worker: parts.worker(.none),
            runner: parts.runner,
            mark: HighWaterMark(
                top: context[Parameters.limit],
                bottom: context[Parameters.resumption]
            )
        )
    }
}

/// What the handlers share, made for one of them.
private struct WorkerParts {
    let inbox = RowInbox()
    let runner: RowRunner
    private let times: WorkTimes
    private let context: IncidentContext

    init(_ context: IncidentContext) {
        typealias Parameters = UnboundedWorkersParameters
        self.context = context
        times = WorkTimes(timeScale: context.timeScale, gauges: .ofRows(on: context.page))
        let cores = WorkerCores(count: context[Parameters.cores], name: "rows")
        runner = RowRunner(
            cores: cores,
            work: HashWork(cost: context.timeScale.wall(context[Parameters.rowCost]), slices: Self.slices),
            bufferSize: context[Parameters.rowBuffer],
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
            every: context[UnboundedWorkersParameters.interval],
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
    static let interval = Parameter.duration(
        "interval",
        default: .seconds(1),
        in: waits,
        "between two looks at the table"
    )
    static let rowCost = Parameter.duration(
        "rowCost",
        default: .milliseconds(16),
        in: .microseconds(10) ... .seconds(600),
        "CPU time that handling a row takes"
    )
    static let rowBuffer = Parameter.bytes(
        "rowBuffer",
        default: 64 << 10,
        in: (1 << 10)...(64 << 20),
        "bytes that a row keeps while it runs"
    )
    static let cores = Parameter.count(
        "cores",
        default: 2,
        in: 1...64,
        "threads that all rows share, as a CPU limit grants them"
    )
    static let limit = Parameter.count(
        "limit",
        default: 200,
        in: 1...1_000_000,
        "running rows at which the fixes stop to start more"
    )
    static let batch = Parameter.count(
        "batch",
        default: 200,
        in: 1...1_000_000,
        "rows that semaphore fetches at a time, at most"
    )
    static let recheck = Parameter.duration(
        "recheck",
        default: .seconds(3),
        in: waits,
        "how long semaphore waits, if too many are running, before it looks again"
    )
    static let resumption = Parameter.count(
        "resumeAt",
        default: 100,
        in: 0...1_000_000,
        "running rows at which pause-partitions goes on; at most limit − 1"
    )

    static let all = declarations(interval, rowCost, rowBuffer, cores, limit, batch, recheck, resumption)

    private static let waits = Duration.milliseconds(1) ... .seconds(86_400)
}
