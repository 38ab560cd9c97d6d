import NIOCore
import NIOHTTP1
import Synchronization

/// A client's connection, for one request after the other.
///
/// Of an answer no more is taken off the socket than what is read in one go: the rest waits for the reader.
final class ClientConnection: Sendable {
    private typealias Reader = CheckedContinuation<HTTPClientResponsePart, any Error>

    private struct State {
        /// Came in, and not read.
        var parts: [HTTPClientResponsePart] = []
        var reader: Reader?
        /// Why nothing more comes.
        var ending: (any Error)?
        /// The channel wants to read on.
        var isReadHeld = false
        var isKeptAlive = false
        /// The last answer was read to its end.
        var isAtEnd = false
    }

    let channel: any Channel
    let port: Int
    private let state = Mutex(State())

    init(_ channel: any Channel, port: Int) {
        self.channel = channel
        self.port = port
    }

    /// Whether the next request may use it.
    var isReusable: Bool { state.withLock { $0.isAtEnd && $0.isKeptAlive && $0.ending == nil } }

    /// Sends a request and waits for the head of its answer, once the answer before was read to its end.
    /// - Throws: what has ended the connection.
    func ask(_ request: HTTPRequestHead) async throws -> HTTPResponseHead {
        state.withLock { $0.isAtEnd = false }
        channel.write(HTTPClientRequestPart.head(request), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        guard case .head(let head) = try await next() else { throw LoopbackError.closed }
        state.withLock { $0.isKeptAlive = head.isKeepAlive }
        return head
    }

    /// The next piece of the answer's body; `nil` at its end.
    /// - Throws: what has ended the connection.
    func nextPiece() async throws -> ByteBuffer? {
        guard state.withLock({ !$0.isAtEnd }) else { return nil }
        guard case .body(let piece) = try await next() else {
            state.withLock { $0.isAtEnd = true }
            return nil
        }
        return piece
    }

    /// Ends it; whoever reads gets the reason.
    func close(_ reason: any Error) {
        end(reason)
        channel.close(promise: nil)
    }

    private func next() async throws -> HTTPClientResponsePart {
        try await withCheckedThrowingContinuation { reader in
            let (outcome, mayRead) = state.withLock { state in Self.take(for: reader, from: &state) }
            if let outcome { reader.resume(with: outcome) }
            if mayRead { channel.read() }
        }
    }

    /// - Returns: what the reader gets, nothing if it has to wait; and whether the channel may read on.
    private static func take(
        for reader: Reader,
        from state: inout State
    ) -> (Result<HTTPClientResponsePart, any Error>?, Bool) {
        guard !state.parts.isEmpty else {
            if let ending = state.ending { return (.failure(ending), false) }
            state.reader = reader
            return (nil, false)
        }
        let part = state.parts.removeFirst()
        let mayRead = state.isReadHeld && state.parts.isEmpty
        if mayRead { state.isReadHeld = false }
        return (.success(part), mayRead)
    }

    // MARK: - For the handler

    fileprivate func take(_ part: HTTPClientResponsePart) {
        let reader = state.withLock { state in
            if state.reader == nil { state.parts.append(part) }
            return state.reader.take()
        }
        reader?.resume(returning: part)
    }

    fileprivate func end(_ reason: any Error) {
        let reader = state.withLock { state in
            if state.ending == nil { state.ending = reason }
            return state.reader.take()
        }
        reader?.resume(throwing: reason)
    }

    /// Whether the channel may read; if not, it is asked to as soon as the reader has caught up.
    fileprivate func mayRead() -> Bool {
        state.withLock { state in
            state.isReadHeld = !state.parts.isEmpty
            return !state.isReadHeld
        }
    }
}

/// Hands what comes in to the connection.
final class ClientConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let connection: ClientConnection
    private let whenQuiet: () -> Void

    /// `whenQuiet` is called when nothing was written or read for the time of the pipeline's `IdleStateHandler`.
    init(_ connection: ClientConnection, whenQuiet: @escaping () -> Void) {
        self.connection = connection
        self.whenQuiet = whenQuiet
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { connection.take(unwrapInboundIn(data)) }

    func read(context: ChannelHandlerContext) {
        if connection.mayRead() { context.read() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.end(LoopbackError.closed)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { connection.close(error) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { whenQuiet() }
        context.fireUserInboundEventTriggered(event)
    }
}
