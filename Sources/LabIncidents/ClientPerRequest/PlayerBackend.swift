import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

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
    /// Between two looks at the world, wall time.
    private static let watchInterval = Duration.milliseconds(5)

    private let tls: NIOSSLContext
    private let responder: BackendResponder.Settings
    private let connections: OpenConnections
    private let port: Int
    private let listener: Mutex<(any Channel)?>
    private let watch = Mutex<Task<Void, Never>?>(nil)

    /// Begins to listen, at the port that the parameter names if that is free, and writes its certificate.
    /// - Throws: ``LabError`` if the certificate cannot be written; the system's error if no port can be had.
    init(_ context: IncidentContext) async throws {
        let certificate = try BackendCertificate()
        try certificate.write(to: context.folder)
        tls = try NIOSSLContext(configuration: certificate.serverConfiguration)
        connections = OpenConnections(Metrics(on: context.page))
        responder = BackendResponder.Settings(
            answer: ByteBuffer(
                repeating: UInt8(ascii: "a"),
                count: context.byteCount(ClientPerRequestParameters.answer)
            ),
            world: context.world.service(ClientPerRequestParameters.backend),
            requests: connections.metrics.requests
        )
        let wanted = context.wholeNumber(.companionPort)
        let bootstrap = Self.bootstrap(tls, responder, connections)
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: BackendCertificate.address, port: wanted).get()
        } catch  where wanted != 0 {
            channel = try await bootstrap.bind(host: BackendCertificate.address, port: 0).get()
        }
        port = channel.localAddress?.port ?? wanted
        listener = Mutex(channel)
        connections.metrics.isUp.store(1)
        let site = Census.site("PlayerBackend.watch", kind: .task)
        site.enter()
        // Lives as long as the backend, and is awaited where that is shut down.
        let task = Task {
            while (try? await Task.sleep(for: Self.watchInterval)) != nil { await self.follow() }
            site.leave()
        }
        watch.withLock { $0 = task }
    }

    var endpoints: [String: Int] { [Self.endpoint: port] }

    func shutDown() async {
        let task = watch.withLock { $0.take() }
        task?.cancel()
        await task?.value
        await goDown()
    }

    /// Does what the world asks for.
    private func follow() async {
        let isListening = listener.withLock { $0 != nil }
        switch (responder.world.isDown, isListening) {
        case (true, true): await goDown()
        case (false, false): await comeUp()
        case (true, false), (false, true): break
        }
    }

    private func goDown() async {
        connections.metrics.isUp.store(0)
        let channel = listener.withLock { $0.take() }
        try? await channel?.close()
        await connections.closeAll()
    }

    /// On the same port; if somebody else has it just now, the next look at the world tries again.
    private func comeUp() async {
        let bootstrap = Self.bootstrap(tls, responder, connections)
        let address = BackendCertificate.address
        guard let channel = try? await bootstrap.bind(host: address, port: port).get() else { return }
        listener.withLock { $0 = channel }
        connections.metrics.isUp.store(1)
    }

    private static func bootstrap(
        _ tls: NIOSSLContext,
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
                    try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(BackendResponder(responder))
                }
            }
    }
}
