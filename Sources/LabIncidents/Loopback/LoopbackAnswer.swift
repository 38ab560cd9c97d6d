import NIOCore
import NIOHTTP1

/// What a server said to a request of a ``LoopbackClient``.
struct LoopbackAnswer: Sendable {
    let status: HTTPResponseStatus
    let connection: ClientConnection

    /// The next piece of the body as it comes in; `nil` at its end.
    /// - Throws: what has ended the connection.
    func next() async throws -> ByteBuffer? { try await connection.nextPiece() }

    /// The whole body.
    /// - Throws: ``LoopbackError/tooLong(_:)`` if it has more bytes than that; what has ended the connection.
    func collect(upTo limit: Int) async throws -> ByteBuffer {
        var body = ByteBuffer()
        while var piece = try await next() {
            let count = body.readableBytes + piece.readableBytes
            guard count <= limit else { throw LoopbackError.tooLong(limit) }
            body.writeBuffer(&piece)
        }
        return body
    }
}

/// Why a ``LoopbackClient`` has no answer.
enum LoopbackError: Error, Hashable, CustomStringConvertible {
    /// The caller's time was over.
    case timedOut
    /// The other side hung up, or was never asked.
    case closed
    /// More bytes than that.
    case tooLong(Int)
    /// The client was shut down.
    case shutDown

    var description: String {
        switch self {
        case .timedOut: "the time was over"
        case .closed: "the connection was closed"
        case .tooLong(let limit): "more than \(limit) bytes"
        case .shutDown: "the client was shut down"
        }
    }
}
