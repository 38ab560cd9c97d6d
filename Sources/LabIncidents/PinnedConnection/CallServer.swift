import LabCore
import LabTelemetry
import NIOCore

/// Answers calls on 127.0.0.1, those of one connection at once and in whatever order they are done.
///
/// A caller that hangs up or gives up ends no call: as in most servers nobody tells the code that works on it.
final class CallServer: Sendable {
    /// - Returns: what to answer; `nil` to hang up.
    typealias Responder = @Sendable (ByteBuffer) async -> ByteBuffer?
    private typealias Connection = NIOAsyncChannel<CallFrame, CallFrame>

    let port: Int
    private let listener: LoopbackListener

    /// What is counted of one server.
    struct Metrics: Sendable {
        let connections: Counter
        let calls = Census.site("CallServer.call", kind: .task)
    }

    /// Begins to listen, at a port that the system chooses.
    /// - Throws: ``LabError`` if it cannot.
    init(_ metrics: Metrics, respond: @escaping Responder) async throws {
        listener = try await LoopbackListener(
            preferring: 0,
            name: "CallServer.connection",
            prepare: { channel in
                try channel.pipeline.syncOperations.addCallFrames()
                return try Connection(wrappingChannelSynchronously: channel)
            },
            converse: { connection in
                metrics.connections.add()
                defer { metrics.connections.subtract() }
                try await Self.converse(on: connection, metrics, respond)
            }
        )
        port = listener.port
    }

    /// Hangs up on everybody, and returns when the last call was let go.
    func shutDown() async { await listener.shutDown() }

    private static func converse(
        on connection: Connection,
        _ metrics: Metrics,
        _ respond: @escaping Responder
    ) async throws {
        try await connection.executeThenClose { inbound, outbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await call in inbound {
                    metrics.calls.enter()
                    group.addTask {
                        defer { metrics.calls.leave() }
                        guard let body = await respond(call.body) else {
                            // Ends the loop over the calls as well.
                            return connection.channel.close(promise: nil)
                        }
                        // Nobody is there to take the answer of a call whose caller has hung up.
                        try? await outbound.write(CallFrame(call: call.call, body: body))
                    }
                }
            }
        }
    }
}
