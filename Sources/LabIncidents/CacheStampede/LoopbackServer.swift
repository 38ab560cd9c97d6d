import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What a ``LoopbackServer`` is asked; bodies of requests are not read.
struct LoopbackRequest: Sendable {
    let path: String
    let headers: HTTPHeaders
}

/// What a ``LoopbackServer`` answers.
struct LoopbackResponse: Sendable {
    var status = HTTPResponseStatus.ok
    /// Written one after the other, each once the connection has room for it.
    var chunks: [ByteBuffer] = []
}

/// A small HTTP/1.1 server on 127.0.0.1, one task to a connection.
///
/// Who hangs up does not end the handling of the request: as in most servers nobody tells the code that works on it.
final class LoopbackServer: Sendable {
    typealias Responder = @Sendable (LoopbackRequest) async -> LoopbackResponse
    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    let port: Int
    private let listener: any Channel
    private let conversations: Conversations

    private static let backlog: Int32 = 1_024

    /// Begins to listen.
    ///
    /// If `port` is 0 or in use, the system chooses another.
    /// - Throws: ``LabError`` if it cannot listen at all.
    init(port wanted: Int, respond: @escaping Responder) async throws {
        let conversations = Conversations()
        listener = try await Self.listen(on: wanted) { connection in
            // What one client does wrong, and that it hangs up, is its own affair.
            conversations.begin { try? await Self.converse(on: connection, respond) }
        }
        guard let port = listener.localAddress?.port else {
            throw LabError("companion: its server has no port")
        }
        self.port = port
        self.conversations = conversations
    }

    /// Hangs up on everybody, and returns when the last request was let go.
    func shutDown() async {
        try? await listener.close()
        await conversations.end()
    }

    private static func listen(
        on port: Int,
        _ accept: @escaping @Sendable (Connection) -> Void
    ) async throws -> any Channel {
        do {
            return try await WatchedListener.bind(preferring: port) { try await bind($0, accept) }
        } catch {
            throw LabError("companion: cannot listen on 127.0.0.1: \(error)")
        }
    }

    /// A connection has its task from its first moment on: one that nobody took would end the process (SwiftNIO).
    private static func bind(
        _ port: Int,
        _ accept: @escaping @Sendable (Connection) -> Void
    ) async throws -> any Channel {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    accept(try Connection(wrappingChannelSynchronously: channel))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    private static func converse(on connection: Connection, _ respond: Responder) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            for try await part in inbound {
                if case .head(let received) = part { head = received }
                guard case .end = part, let request = head.take() else { continue }
                let response = await respond(LoopbackRequest(path: request.uri, headers: request.headers))
                try await write(response, to: outbound)
                guard request.isKeepAlive else { return }
            }
        }
    }

    private static func write(
        _ response: LoopbackResponse,
        to outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        var head = HTTPResponseHead(version: .http1_1, status: response.status)
        let length = response.chunks.reduce(0) { $0 + $1.readableBytes }
        head.headers.add(name: "content-length", value: String(length))
        try await outbound.write(.head(head))
        for chunk in response.chunks { try await outbound.write(.body(.byteBuffer(chunk))) }
        try await outbound.write(.end(nil))
    }
}

/// The tasks of a server's open connections.
private final class Conversations: Sendable {
    private struct State {
        var isOver = false
        var begun = 0
        var tasks: [Int: Task<Void, Never>] = [:]
    }

    private let site = Census.site("LoopbackServer.connection", kind: .task)
    private let state = Mutex(State())

    /// Begins one; after the end it is cancelled from the start.
    func begin(_ body: @escaping @Sendable () async -> Void) {
        site.enter()
        state.withLock { state in
            state.begun += 1
            let number = state.begun
            // Lives as long as its connection, and not longer than the server, which awaits it in `shutDown`.
            let task = Task { [self] in
                await body()
                site.leave()
                self.state.withLock { $0.tasks[number] = nil }
            }
            if state.isOver { task.cancel() }
            state.tasks[number] = task
        }
    }

    /// Cancels all, and returns when the last one has ended.
    func end() async {
        let tasks = state.withLock { state in
            state.isOver = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
