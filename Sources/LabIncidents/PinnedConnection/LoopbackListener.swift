import LabCore
import NIOCore
import NIOPosix

/// Listens on 127.0.0.1, with a task for each connection.
enum LoopbackListener {
    private static let backlog: Int32 = 1_024

    /// If `port` is 0 or in use, the system chooses another.
    /// - Throws: ``LabError`` if it cannot listen at all.
    static func bind<Connection: Sendable>(
        port: Int,
        _ prepare: @escaping @Sendable (any Channel) throws -> Connection
    ) async throws -> NIOAsyncChannel<Connection, Never> {
        do {
            return try await bind(exactly: port, prepare)
        } catch  where port != 0 {
            return try await bind(exactly: 0, prepare)
        } catch {
            throw LabError("companion: cannot listen on 127.0.0.1: \(error)")
        }
    }

    private static func bind<Connection: Sendable>(
        exactly port: Int,
        _ prepare: @escaping @Sendable (any Channel) throws -> Connection
    ) async throws -> NIOAsyncChannel<Connection, Never> {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
    }

    static func port(of channel: any Channel) throws(LabError) -> Int {
        guard let port = channel.localAddress?.port else {
            throw LabError("companion: its server has no port")
        }
        return port
    }

    /// Runs `body` for each connection, until the task is cancelled.
    static func serve<Connection: Sendable>(
        _ listener: NIOAsyncChannel<Connection, Never>,
        _ body: @escaping @Sendable (Connection) async throws -> Void
    ) async {
        // Ends by cancellation, which is no error, or because the system closed the socket: its clients see that.
        try? await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    // What one client does wrong, and that it hangs up, is its own affair.
                    group.addTask { try? await body(connection) }
                }
            }
        }
    }
}
