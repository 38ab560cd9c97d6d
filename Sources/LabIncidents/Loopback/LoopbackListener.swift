import LabCore
import LabTelemetry
import NIOCore
import NIOPosix
import Synchronization

/// Listens on 127.0.0.1, with a task for each connection.
final class LoopbackListener: Sendable {
    private static let backlog: Int32 = 1_024

    let port: Int
    private let channel: any Channel
    private let conversations: Conversations

    /// Begins to listen at the port, or at one that the system chooses if that is 0 or in use.
    ///
    /// - Parameters:
    ///   - wanted: the port that is tried first.
    ///   - name: of a connection's task, for the census.
    ///   - prepare: makes the connection of its channel, on the channel's event loop.
    ///   - converse: runs until the connection has ended; what it throws ends that connection alone.
    /// - Throws: ``LabError`` if it cannot listen at all.
    init<Connection: Sendable>(
        preferring wanted: Int,
        name: String,
        prepare: @escaping @Sendable (any Channel) throws -> Connection,
        converse: @escaping @Sendable (Connection) async throws -> Void
    ) async throws {
        let conversations = Conversations(name: name)
        self.conversations = conversations
        do {
            channel = try await WatchedListener.bind(preferring: wanted) { port in
                try await Self.bind(port) { channel in
                    let connection = try prepare(channel)
                    // What one client does wrong, and that it hangs up, is its own affair.
                    conversations.begin { try? await converse(connection) }
                }
            }
        } catch {
            throw LabError("companion: cannot listen on 127.0.0.1: \(error)")
        }
        guard let port = channel.localAddress?.port else {
            throw LabError("companion: its server has no port")
        }
        self.port = port
    }

    /// Hangs up on everybody, and returns when the last conversation has ended.
    func shutDown() async {
        // Fails only if it is closed already.
        try? await channel.close()
        await conversations.end()
    }

    /// A connection has its task from its first moment on: one that nobody took would end the process (SwiftNIO).
    private static func bind(
        _ port: Int,
        _ accept: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel) }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }
}

/// The tasks of a listener's open connections.
private final class Conversations: Sendable {
    private struct State {
        var isOver = false
        var begun = 0
        var tasks: [Int: Task<Void, Never>] = [:]
    }

    private let site: CensusSite
    private let state = Mutex(State())

    init(name: String) { site = Census.site(name, kind: .task) }

    /// Begins one; after the end it is cancelled from the start.
    func begin(_ body: @escaping @Sendable () async -> Void) {
        site.enter()
        state.withLock { state in
            state.begun += 1
            let number = state.begun
            // Lives as long as its connection, and not longer than the listener, which awaits it in `shutDown`.
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
