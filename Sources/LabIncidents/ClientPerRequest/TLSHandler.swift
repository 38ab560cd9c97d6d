import LabTLS
import NIOCore

/// Encrypts and decrypts for one channel; what is written before the handshake is done waits for it.
final class TLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case shakingHands
        case open
        case closed
    }

    private var session: TLSSession
    private var state = State.shakingHands
    private var waiting: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []

    init(_ session: consuming TLSSession) { self.session = session }

    // MARK: - From the wire

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { advance(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        advance(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state != .closed else { return }
        let bytes = unwrapInboundIn(data)
        do {
            try session.receive(bytes.readableBytesSpan)
        } catch {
            return fail(context, error)
        }
        advance(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    /// Goes as far as what came in allows.
    private func advance(_ context: ChannelHandlerContext) {
        do {
            if state == .shakingHands, try session.handshake() {
                state = .open
                for (bytes, _) in waiting { try session.write(bytes.readableBytesSpan) }
            }
            // What was written in vain so far goes with what the handshake has to say.
            send(context, promises: state == .open ? takeWaiting() : [])
            if state == .open { try read(context) }
        } catch {
            fail(context, error)
        }
    }

    private func read(_ context: ChannelHandlerContext) throws {
        var plain = context.channel.allocator.buffer(capacity: 0)
        let isOpen = try session.read { plain.writeBytes($0) }
        // Answers to what the other side asked of TLS itself.
        send(context, promises: [])
        if plain.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(plain)) }
        if !isOpen { context.close(promise: nil) }
    }

    // MARK: - To the wire

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        switch state {
        case .shakingHands:
            waiting.append((bytes, promise))
        case .closed:
            promise?.fail(ChannelError.ioOnClosedChannel)
        case .open:
            do {
                try session.write(bytes.readableBytesSpan)
                write(context, promise: promise)
            } catch {
                promise?.fail(error)
                fail(context, error)
            }
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if state == .open {
            session.close()
            send(context, promises: [])
        }
        finish()
        context.close(mode: .all, promise: promise)
    }

    /// Writes and flushes what there is, if there is something.
    private func send(_ context: ChannelHandlerContext, promises: [EventLoopPromise<Void>]) {
        var joined = promises.first
        if promises.count > 1 {
            joined = context.eventLoop.makePromise()
            for promise in promises { joined?.futureResult.cascade(to: promise) }
        }
        write(context, promise: joined)
        context.flush()
    }

    private func write(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        var cipher = context.channel.allocator.buffer(capacity: 0)
        session.takeOutput { cipher.writeBytes($0) }
        guard cipher.readableBytes > 0 || promise != nil else { return }
        context.write(wrapOutboundOut(cipher), promise: promise)
    }

    // MARK: - The end

    private func takeWaiting() -> [EventLoopPromise<Void>] {
        defer { waiting = [] }
        return waiting.compactMap(\.promise)
    }

    private func finish() {
        state = .closed
        for promise in takeWaiting() { promise.fail(ChannelError.ioOnClosedChannel) }
    }

    /// Closes the channel; the other side gets an alert, if TLS has one for it.
    private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
        send(context, promises: [])
        finish()
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }
}
