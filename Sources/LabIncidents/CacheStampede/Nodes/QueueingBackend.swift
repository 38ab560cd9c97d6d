import LabCore
import LabTelemetry
import NIOHTTP1

/// One machine behind the gateway: so many workers, and a queue before them.
///
/// A worker is occupied for the service time. Which work that is does not matter here; that there are no more workers
/// does: with more requests than they can do, the queue grows, and probes wait in it like any other request.
final class QueueingBackend: Sendable {
    /// What is counted of backends; the queue and abandoned work are those of all together.
    struct Metrics: Sendable {
        let requests: Counter
        let queued: Counter
        let mostQueued: Counter
        let expiredWork: Counter
        let expiredSkipped: Counter

        init(on page: TelemetryPage, backend: String) {
            requests = page.counter("requests.\(backend)", class: .incident)
            queued = page.gauge("queuedAtBackends", class: .incident)
            mostQueued = page.gauge("mostQueuedAtBackends", class: .incident)
            expiredWork = page.counter("expiredWork", class: .incident)
            expiredSkipped = page.counter("expiredSkipped", class: .incident)
        }
    }

    static let probePath = "/health"
    static let callPath = "/call/"
    /// Nanoseconds of the machine's monotonic clock at which the caller gives up.
    static let deadlineHeader = "x-deadline-nanoseconds"
    /// What a probe occupies a worker for.
    private static let probeTime = Duration.milliseconds(1)

    private let condition: WorldService
    private let pool: WorkerPool
    private let clock: IncidentClock
    private let timeScale: TimeScale
    private let now: @Sendable () -> UInt64
    private let serviceTime: Duration
    private let heedsDeadlines: Bool
    private let metrics: Metrics

    init(_ name: String, _ context: IncidentContext) {
        condition = context.world.service(name)
        pool = WorkerPool(workers: context[CacheStampedeParameters.backendWorkers])
        clock = context.clock
        timeScale = context.timeScale
        now = context.now
        serviceTime = context[CacheStampedeParameters.serviceTime]
        heedsDeadlines = context[CacheStampedeParameters.deadline] == .propagated
        metrics = Metrics(on: context.page, backend: name)
    }

    /// Taken out of the registry by hand.
    var isWithdrawn: Bool { condition.isDown }

    /// Those who wait for a worker.
    var queueLength: Int { pool.queueLength }

    func respond(to request: LoopbackRequest) async -> LoopbackResponse {
        guard !isWithdrawn else { return LoopbackResponse(status: .serviceUnavailable) }
        let isProbe = request.path == Self.probePath
        if !isProbe { metrics.requests.add() }
        guard await waitForWorker() else { return LoopbackResponse(status: .serviceUnavailable) }
        defer { pool.leave() }
        guard shouldBegin(request) else { return LoopbackResponse(status: .gatewayTimeout) }
        let work = isProbe ? Self.probeTime : serviceTime
        try? await clock.sleep(for: work + timeScale.incident(condition.delay))
        return LoopbackResponse()
    }

    /// Sends everybody away who waits or comes.
    func shutDown() { pool.close() }

    private func waitForWorker() async -> Bool {
        metrics.queued.add()
        defer { metrics.queued.subtract() }
        metrics.mostQueued.raise(to: metrics.queued.load())
        return await pool.enter()
    }

    /// Whether to work on a request whose turn has come; one whose caller has given up is left out only if the
    /// callee is told deadlines.
    private func shouldBegin(_ request: LoopbackRequest) -> Bool {
        let deadline = request.headers.first(name: Self.deadlineHeader).flatMap { UInt64($0) }
        guard let deadline, now() > deadline else { return true }
        (heedsDeadlines ? metrics.expiredSkipped : metrics.expiredWork).add()
        return !heedsDeadlines
    }
}
