import LabCore
import LabTelemetry

/// The service that is called: two machines, and the balancer in front of them.
///
/// Its endpoints are the balancer's address, which everybody knew, and those of the machines, which a service discovery
/// tells.
final class BackendsCompanion: Companion {
    static let balancer = "balancer"
    static let backends = ["backend-1", "backend-2"]

    let endpoints: [String: Int]
    private let machines: [CallBackend]
    private let servers: [CallServer]
    private let front: ConnectionBalancer
    private let ticker: Task<Void, Never>

    /// Begins to listen, and to tell the figures of the machines every second of incident time.
    /// - Throws: ``LabError`` if a server cannot listen.
    init(_ context: IncidentContext) async throws {
        let machines = Self.backends.map { CallBackend($0, context) }
        var servers: [CallServer] = []
        for machine in machines {
            let metrics = CallServer.Metrics(connections: machine.metrics.connections)
            servers.append(try await CallServer(metrics) { await machine.answer($0) })
        }
        front = try await ConnectionBalancer(
            port: context[IncidentCompanion.port],
            backends: servers.map(\.port),
            connections: context.page.counter("connectionsBalanced", class: .incident)
        )
        let ports = zip(Self.backends, servers.map(\.port)) + [(Self.balancer, front.port)]
        endpoints = Dictionary(uniqueKeysWithValues: ports)
        self.machines = machines
        self.servers = servers
        let site = Census.site("BackendsCompanion", kind: .task)
        let clock = context.clock
        site.enter()
        // Lives as long as the companion, which awaits it in `shutDown`.
        ticker = Task {
            defer { site.leave() }
            while (try? await clock.sleep(for: .seconds(1))) != nil {
                for machine in machines { machine.closeInterval() }
            }
        }
    }

    func shutDown() async {
        ticker.cancel()
        await ticker.value
        await front.shutDown()
        for machine in machines { machine.shutDown() }
        for server in servers { await server.shutDown() }
    }
}
