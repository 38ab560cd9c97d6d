import LabCore
import LabTLS
import LabTelemetry
import NIOCore
import NIOHTTP1
import NIOPosix

/// The service that the handlers call: HTTPS on this machine, an answer of a set size for every request.
///
/// It never closes a connection by itself, however long that is idle. While it is down its port refuses connections,
/// and those that were open are closed.
final class PlayerBackend: Companion {
    /// What is counted of connections and requests.
    struct Metrics: Sendable {
        let isUp: Counter
        let connections: Counter
        let accepted: Counter
        let requests: Counter

        init(on page: TelemetryPage) {
            isUp = page.gauge("backendUp", class: .incident)
            connections = page.gauge("connections", class: .incident)
            accepted = page.counter("connectionsAccepted", class: .incident)
            requests = page.counter("requests", class: .incident)
        }
    }

    static let endpoint = "backend"

    private let listener: WatchedListener

    /// Begins to listen, at the port that the parameter names if that is free, and writes its certificate.
    /// - Throws: ``LabError`` if the certificate cannot be written; the system's error if no port can be had.
    init(_ context: IncidentContext) async throws {
        let certificate = try BackendCertificate()
        try certificate.write(to: context.folder)
        let tls = try TLSContext(serving: certificate.identity)
        let connections = OpenConnections(Metrics(on: context.page))
        let responder = BackendResponder.Settings(
            answer: ByteBuffer(
                repeating: UInt8(ascii: "a"),
                count: context[ClientPerRequestParameters.answer]
            ),
            world: context.world.service(ClientPerRequestParameters.backend),
            requests: connections.metrics.requests
        )
        listener = try await WatchedListener(
            at: context[IncidentCompanion.port],
            in: responder.world,
            isUp: connections.metrics.isUp,
            name: "PlayerBackend.watch",
            bind: { port in
                let bootstrap = Self.bootstrap(tls, responder, connections)
                return try await bootstrap.bind(host: BackendCertificate.address, port: port).get()
            },
            hangUp: { await connections.closeAll() }
        )
    }

    var endpoints: [String: Int] { [Self.endpoint: listener.port] }

    func shutDown() async { await listener.shutDown() }

    private static func bootstrap(
        _ tls: TLSContext,
        _ responder: BackendResponder.Settings,
        _ connections: OpenConnections
    ) -> ServerBootstrap {
        ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.add(channel)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(TLSHandler(try TLSSession(server: tls)))
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(BackendResponder(responder))
                }
            }
    }
}
