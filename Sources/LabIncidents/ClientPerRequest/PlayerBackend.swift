import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// The service that the handlers call: HTTPS on this machine, an answer of a set size for every request.
///
/// It never closes a connection by itself, however long that is idle.
final class PlayerBackend: Companion {
    /// What is counted of connections and requests.
    struct Metrics: Sendable {
        let connections: Counter
        let accepted: Counter
        let requests: Counter

        init(on page: TelemetryPage) {
            connections = page.gauge("connections", class: .incident)
            accepted = page.counter("connectionsAccepted", class: .incident)
            requests = page.counter("requests", class: .incident)
        }
    }

    private let listener: any Channel
    private let connections: OpenConnections

    static let endpoint = "backend"

    /// Begins to listen, at the port that the parameter names if that is free, and writes its certificate.
    /// - Throws: ``LabError`` if the certificate cannot be written; NIO's error if no port can be had.
    static func start(_ context: IncidentContext) async throws -> PlayerBackend {
        let certificate = try BackendCertificate()
        try certificate.write(to: context.folder)
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate.certificate)],
            privateKey: .privateKey(certificate.key)
        )
        let tls = try NIOSSLContext(configuration: configuration)
        let connections = OpenConnections(Metrics(on: context.page))
        let responder = BackendResponder.Settings(
            answer: ByteBuffer(
                repeating: UInt8(ascii: "a"),
                count: context.byteCount(ClientPerRequestParameters.answer)
            ),
            state: context.world.service(ClientPerRequestParameters.backend),
            requests: connections.metrics.requests
        )
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
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
        let port = context.wholeNumber(.companionPort)
        return PlayerBackend(listener: try await listen(bootstrap, at: port), connections: connections)
    }

    private init(listener: any Channel, connections: OpenConnections) {
        self.listener = listener
        self.connections = connections
    }

    private static func listen(_ bootstrap: ServerBootstrap, at port: Int) async throws -> any Channel {
        do {
            return try await bootstrap.bind(host: BackendCertificate.address, port: port).get()
        } catch  where port != 0 {
            return try await bootstrap.bind(host: BackendCertificate.address, port: 0).get()
        }
    }

    var endpoints: [String: Int] { [Self.endpoint: listener.localAddress?.port ?? 0] }

    func shutDown() async {
        try? await listener.close()
        await connections.closeAll()
    }
}

/// The connections of a server, counted.
private final class OpenConnections: Sendable {
    let metrics: PlayerBackend.Metrics
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(_ metrics: PlayerBackend.Metrics) { self.metrics = metrics }

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        channels.withLock { $0[id] = channel }
        metrics.accepted.add()
        metrics.connections.add()
        channel.closeFuture.whenComplete { _ in
            self.channels.withLock { $0[id] = nil }
            self.metrics.connections.subtract()
        }
    }

    func closeAll() async {
        for channel in channels.withLock({ Array($0.values) }) { try? await channel.close() }
    }
}

/// Answers the requests of one connection.
private final class BackendResponder: ChannelInboundHandler {
    struct Settings: Sendable {
        let answer: ByteBuffer
        let state: WorldService
        let requests: Counter
    }

    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        guard !settings.state.isDown else { return context.close(promise: nil) }
        settings.requests.add()
        let delay = settings.state.delay
        guard delay > .zero else { return answer(context) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(delay)) {
            let (responder, context) = bound.value
            if context.channel.isActive { responder.answer(context) }
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(
            version: .http1_1,
            status: .ok,
            headers: ["content-length": "\(settings.answer.readableBytes)"]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(settings.answer))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Broken connections are closed, and nothing else.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
