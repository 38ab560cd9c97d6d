import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import Synchronization

/// The connections of a server, counted.
final class OpenConnections: Sendable {
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
final class BackendResponder: ChannelInboundHandler {
    struct Settings: Sendable {
        let answer: ByteBuffer
        let world: WorldService
        let requests: Counter
    }

    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        guard !settings.world.isDown else { return context.close(promise: nil) }
        settings.requests.add()
        let delay = settings.world.delay
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
