import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import NIOPosix

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
    private typealias Listener = NIOAsyncChannel<Connection, Never>

    let port: Int
    private let task: Task<Void, Never>

    private static let backlog: Int32 = 1_024

    /// Begins to listen.
    ///
    /// If `port` is 0 or in use, the system chooses another.
    /// - Throws: ``LabError`` if it cannot listen at all.
    init(port wanted: Int, respond: @escaping Responder) async throws {
        let listener = try await Self.listen(on: wanted)
        guard let port = listener.channel.localAddress?.port else {
            throw LabError("companion: its server has no port")
        }
        self.port = port
        let site = Census.site("LoopbackServer.connection", kind: .task)
        // Lives as long as the companion, which awaits it in `shutDown`.
        task = Task { await Self.serve(listener, site: site, respond) }
    }

    /// Hangs up on everybody, and returns when the last request was let go.
    func shutDown() async {
        task.cancel()
        await task.value
    }

    private static func listen(on port: Int) async throws -> Listener {
        do {
            return try await bind(port)
        } catch  where port != 0 {
            return try await bind(0)
        } catch {
            throw LabError("companion: cannot listen on 127.0.0.1: \(error)")
        }
    }

    private static func bind(_ port: Int) async throws -> Listener {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    private static func serve(_ listener: Listener, site: CensusSite, _ respond: @escaping Responder) async {
        // Ends by cancellation, which is no error, or because the system closed the socket: its clients see that.
        try? await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    group.addTask {
                        site.enter()
                        defer { site.leave() }
                        // What one client does wrong, and that it hangs up, is its own affair.
                        try? await converse(on: connection, respond)
                    }
                }
            }
        }
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
