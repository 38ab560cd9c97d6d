import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1

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
    private let listener: LoopbackListener

    /// Begins to listen.
    ///
    /// If `port` is 0 or in use, the system chooses another.
    /// - Throws: ``LabError`` if it cannot listen at all.
    init(port wanted: Int, respond: @escaping Responder) async throws {
        listener = try await LoopbackListener(
            preferring: wanted,
            name: "LoopbackServer.connection",
            prepare: { channel in
                try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                return try Connection(wrappingChannelSynchronously: channel)
            },
            converse: { try await Self.converse(on: $0, respond) }
        )
        port = listener.port
    }

    /// Hangs up on everybody, and returns when the last request was let go.
    func shutDown() async { await listener.shutDown() }

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
