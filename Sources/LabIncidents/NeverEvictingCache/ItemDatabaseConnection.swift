import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1

/// One client of the database, on its event loop: answers one request after the other.
final class ItemDatabaseConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let clients: ItemDatabaseClients
    private var address = ""

    init(of clients: ItemDatabaseClients) { self.clients = clients }

    func channelActive(context: ChannelHandlerContext) {
        clients.enter(context.channel)
        // Accepted just before the port was closed.
        if clients.world.isDown { context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        clients.leave(context.channel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): address = head.uri
        case .body: break
        case .end: answer(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ context: ChannelHandlerContext) {
        guard !clients.world.isDown else {
            context.close(promise: nil)
            return
        }
        let delay = clients.world.delay
        guard delay > .zero else {
            write(context)
            return
        }
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { self.write(context) }
    }

    private func write(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        let isRow = address.hasPrefix(ItemDatabase.path)
        let body = isRow ? clients.row(for: address.dropFirst(ItemDatabase.path.count)) : ByteBuffer()
        let head = HTTPResponseHead(
            version: .http1_1,
            status: isRow ? .ok : .notFound,
            headers: ["content-length": String(body.readableBytes)]
        )
        if isRow { clients.rowsServed.add() }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
