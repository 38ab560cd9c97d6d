import LabCore
import LabTelemetry
import NIOHTTP1

/// The registry's agent on the gateway's machine: answers so many fetches at once, and keeps the others waiting.
final class RegistryAgent: Sendable {
    static let path = "/nodes"

    private let registry: Registry
    private let pool: WorkerPool
    private let clock: IncidentClock
    private let timeScale: TimeScale
    private let answerTime: Duration
    private let condition: WorldService
    private let answers: Counter

    init(_ registry: Registry, _ context: IncidentContext) {
        self.registry = registry
        pool = WorkerPool(workers: context[CacheStampedeParameters.registryWorkers])
        clock = context.clock
        timeScale = context.timeScale
        answerTime = context[CacheStampedeParameters.registryTime]
        condition = context.world.service(CacheStampedeWorld.registry)
        answers = context.page.counter("registryAnswers", class: .incident)
    }

    func respond(to request: LoopbackRequest) async -> LoopbackResponse {
        guard request.path == Self.path else { return LoopbackResponse(status: .notFound) }
        guard !condition.isDown, await pool.enter() else {
            return LoopbackResponse(status: .serviceUnavailable)
        }
        defer { pool.leave() }
        try? await clock.sleep(for: answerTime + timeScale.incident(condition.delay))
        guard let list = try? await registry.list() else {
            return LoopbackResponse(status: .internalServerError)
        }
        answers.add()
        return LoopbackResponse(chunks: list)
    }

    /// Sends everybody away who waits or comes.
    func shutDown() { pool.close() }
}
