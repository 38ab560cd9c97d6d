import LabCore
import LabTelemetry
import NIOHTTP1

/// The operations script: probes each backend's port at an interval, deregisters what does not answer in time, and registers
/// it again when it does.
///
/// It looks at one machine at a time and never at how many are left: that is what is wrong with it.
struct Prober: Sendable {
    /// A backend as the script sees it.
    struct Target: Sendable {
        let backend: QueueingBackend
        let port: Int
    }

    let targets: [Target]
    let registry: Registry
    let client: LoopbackClient
    let clock: IncidentClock
    /// Incident time.
    let interval: Duration
    /// Wall time.
    let timeout: Duration
    let failures: Counter

    init(_ targets: [Target], _ registry: Registry, _ client: LoopbackClient, _ context: IncidentContext) {
        self.targets = targets
        self.registry = registry
        self.client = client
        clock = context.clock
        interval = context[CacheStampedeParameters.probeInterval]
        timeout = context.timeScale.wall(context[CacheStampedeParameters.probeTimeout])
        failures = context.page.counter("probesFailed", class: .incident)
    }

    /// Probes until the task is cancelled; each backend has its own turn within the interval.
    func run() async {
        await withDiscardingTaskGroup { group in
            for index in targets.indices {
                group.addTask { try? await watch(index) }
            }
        }
    }

    private func watch(_ index: Int) async throws {
        var next = clock.now.advanced(by: interval * (Double(index + 1) / Double(targets.count)))
        while true {
            try await clock.sleep(until: next)
            await look(at: index)
            next = max(next.advanced(by: interval), clock.now)
        }
    }

    /// One probe, and what follows from it.
    func look(at index: Int) async {
        let target = targets[index]
        guard !target.backend.isWithdrawn else { return await registry.setRegistered(false, backend: index) }
        let hasAnswered = await probe(target.port)
        guard !Task.isCancelled else { return }
        if !hasAnswered { failures.add() }
        await registry.setRegistered(hasAnswered, backend: index)
    }

    private func probe(_ port: Int) async -> Bool {
        let status = try? await client.get(QueueingBackend.probePath, from: port, within: timeout) { answer in
            _ = try await answer.next()
            return answer.status
        }
        return status == .ok
    }
}
