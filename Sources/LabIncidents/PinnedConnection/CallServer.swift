import LabCore
import LabTelemetry
import NIOCore
import NIOPosix

/// Answers calls on 127.0.0.1, those of one connection at once and in whatever order they are done.
///
/// A caller that hangs up or gives up ends no call: as in most servers nobody tells the code that works on it.
final class CallServer: Sendable {
    /// - Returns: what to answer; `nil` to hang up.
    typealias Responder = @Sendable (ByteBuffer) async -> ByteBuffer?
    private typealias Connection = NIOAsyncChannel<CallFrame, CallFrame>

    let port: Int
    private let task: Task<Void, Never>

    /// What is counted of one server.
    struct Metrics: Sendable {
        let connections: Counter
        let calls = Census.site("CallServer.call", kind: .task)
    }

    /// Begins to listen, at a port that the system chooses.
    /// - Throws: ``LabError`` if it cannot.
    init(_ metrics: Metrics, respond: @escaping Responder) async throws {
        let listener = try await LoopbackListener.bind(port: 0) { channel in
            try channel.pipeline.syncOperations.addCallFrames()
            return try Connection(wrappingChannelSynchronously: channel)
        }
        port = try LoopbackListener.port(of: listener.channel)
        // Lives as long as the companion, which awaits it in `shutDown`.
        task = Task {
            await LoopbackListener.serve(listener) { connection in
                metrics.connections.add()
                defer { metrics.connections.subtract() }
                try await Self.converse(on: connection, metrics, respond)
            }
        }
    }

    /// Hangs up on everybody, and returns when the last call was let go.
    func shutDown() async {
        task.cancel()
        await task.value
    }

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
                        guard let body = await respond(call.body) else { throw HungUp() }
                        // Nobody is there to take the answer of a call whose caller has hung up.
                        try? await outbound.write(CallFrame(call: call.call, body: body))
                    }
                }
            }
        }
    }

    private struct HungUp: Error {}
}
