import LabCore
import LabTelemetry

/// The world of the gateway: a service registry with its agent and its probing script, and the backends.
final class RegistryCompanion: Companion {
    let endpoints: [String: Int]
    private let backends: [QueueingBackend]
    private let agent: RegistryAgent
    private let servers: [LoopbackServer]
    private let client: LoopbackClient
    private let probing: Task<Void, Never>

    static let registryEndpoint = "registry"

    /// Begins to listen and to probe.
    /// - Throws: ``LabError`` if a server cannot listen.
    init(_ context: IncidentContext) async throws {
        let count = context[CacheStampedeParameters.backends]
        let names = (1...max(1, count)).map(CacheStampedeWorld.backend)
        let backends = names.map { QueueingBackend($0, context) }
        var servers: [LoopbackServer] = []
        for backend in backends {
            servers.append(try await LoopbackServer(port: 0) { await backend.respond(to: $0) })
        }
        let catalogue = InstanceCatalogue(
            ports: servers.map(\.port),
            size: context[CacheStampedeParameters.listSize],
            seed: context.seed
        )
        let metrics = Registry.Metrics(on: context.page)
        let registry = Registry(catalogue, backends: backends.count, metrics: metrics)
        let agent = RegistryAgent(registry, context)
        let port = context[IncidentCompanion.port]
        let front = try await LoopbackServer(port: port) { await agent.respond(to: $0) }
        let targets = zip(backends, servers).map { Prober.Target(backend: $0, port: $1.port) }
        let client = LoopbackClient.manyCalls()
        let prober = Prober(targets, registry, client, context)
        let ports = zip(names, servers.map(\.port)) + [(Self.registryEndpoint, front.port)]
        let site = Census.site("Prober", kind: .task)
        endpoints = Dictionary(uniqueKeysWithValues: ports)
        self.backends = backends
        self.agent = agent
        self.servers = servers + [front]
        self.client = client
        // Lives as long as the companion, which awaits it in `shutDown`.
        probing = Task {
            site.enter()
            defer { site.leave() }
            await prober.run()
        }
    }

    func shutDown() async {
        probing.cancel()
        agent.shutDown()
        for backend in backends { backend.shutDown() }
        await probing.value
        for server in servers { await server.shutDown() }
        await client.shutDown()
    }
}
