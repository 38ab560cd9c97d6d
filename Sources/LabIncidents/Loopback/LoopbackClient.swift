import LabCore
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP/1.1 client for servers on 127.0.0.1, whose connections are used again.
///
/// Made to be shared and to be shut down. It tries nothing twice and follows no redirection. No task of its own runs
/// for a connection, so that a handler that calls leaves none behind.
final class LoopbackClient: Sendable {
    private struct State {
        var pools: [Int: PortPool<ClientConnection>] = [:]
        /// All that are open, in use or not.
        var connections: [ObjectIdentifier: ClientConnection] = [:]
        var isShutDown = false
    }

    /// Of making a connection, where the request has more; wall time.
    private static let longestDial = Duration.seconds(10)

    private let connectionLimit: Int
    private let idleTime: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - connectionLimit: connections to one port at most; requests beyond wait, first come first served.
    ///   - idleTime: wall time after which a connection that nobody uses is closed.
    init(connectionLimit: Int, idleTime: Duration) {
        self.connectionLimit = connectionLimit
        self.idleTime = idleTime
    }

    /// Sends one request, and lends the answer to `body`; a connection whose answer was read to its end is used again.
    ///
    /// - Parameters:
    ///   - path: what is asked for.
    ///   - port: whom.
    ///   - headers: besides `host`.
    ///   - timeout: wall time for everything from waiting for a connection to the end of `body`; `nil` for no limit.
    ///   - body: reads the answer.
    /// - Returns: what `body` returns.
    /// - Throws: ``LoopbackError``; the system's error if there is no connection to be had; what `body` throws.
    func get<Result: Sendable>(
        _ path: String,
        from port: Int,
        headers: HTTPHeaders = [:],
        within timeout: Duration? = nil,
        _ body: nonisolated(nonsending) (LoopbackAnswer) async throws -> Result
    ) async throws -> Result {
        var request = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
        request.headers.add(name: "host", value: "127.0.0.1:\(port)")
        let end = RequestEnd()
        let timer = timeout.map { timeout in
            MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(timeout)) {
                end.end(LoopbackError.timedOut)
            }
        }
        defer { timer?.cancel() }
        return try await withTaskCancellationHandler {
            do {
                let connection = try await connection(to: port, within: timeout, until: end)
                end.whenEnded { connection.close($0) }
                return try await answer(to: request, over: connection, until: end, body)
            } catch {
                throw end.finish() ?? error
            }
        } onCancel: {
            end.end(CancellationError())
        }
    }

    /// Lets all requests fail, those that are under way too, and returns when every connection is closed.
    func shutDown() async {
        let (connections, waiting) = state.withLock { state in
            state.isShutDown = true
            let waiting = state.pools.keys.flatMap { state.pools[$0]?.sendAway() ?? [] }
            return (Array(state.connections.values), waiting)
        }
        for caller in waiting { caller.resume(throwing: LoopbackError.shutDown) }
        for connection in connections { connection.close(LoopbackError.shutDown) }
        for connection in connections { try? await connection.channel.closeFuture.get() }
    }

    private func answer<Result: Sendable>(
        to request: HTTPRequestHead,
        over connection: ClientConnection,
        until end: RequestEnd,
        _ body: nonisolated(nonsending) (LoopbackAnswer) async throws -> Result
    ) async throws -> Result {
        do {
            let head = try await connection.ask(request)
            let result = try await body(LoopbackAnswer(status: head.status, connection: connection))
            if end.finish() == nil, connection.isReusable {
                putBack(connection)
            } else {
                connection.close(LoopbackError.closed)
            }
            return result
        } catch {
            connection.close(error)
            throw error
        }
    }

    // MARK: - Connections

    private func connection(
        to port: Int,
        within timeout: Duration?,
        until end: RequestEnd
    ) async throws -> ClientConnection {
        switch try await grant(for: port, until: end) {
        case .use(let connection):
            return connection
        case .dial:
            do {
                return try await dial(port, within: min(timeout ?? Self.longestDial, Self.longestDial))
            } catch {
                change(port) { $0.lost(nil) }
                throw error
            }
        }
    }

    /// Waits until the request may use a connection or make one.
    private func grant(
        for port: Int,
        until end: RequestEnd
    ) async throws -> PortPool<ClientConnection>.Grant {
        try await withCheckedThrowingContinuation { caller in
            let isServed: Bool? = state.withLock { state in
                guard !state.isShutDown else { return nil }
                return state.pools[port, default: PortPool(limit: connectionLimit)].enter(end, caller)
            }
            switch isServed {
            case nil: caller.resume(throwing: LoopbackError.shutDown)
            case true?: break
            case false?: end.whenEnded { reason in self.change(port) { $0.leave(end, reason) } }
            }
        }
    }

    private func dial(_ port: Int, within timeout: Duration) async throws -> ClientConnection {
        let connection: ClientConnection
        do {
            connection = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(TimeAmount(timeout))
                .connect(to: SocketAddress(ipAddress: "127.0.0.1", port: port)) { channel in
                    channel.eventLoop.makeCompletedFuture { try self.connection(of: channel, to: port) }
                }
        } catch let error as ChannelError {
            if case .connectTimeout = error { throw LoopbackError.timedOut }
            throw error
        }
        let isWanted = state.withLock { state in
            if !state.isShutDown { state.connections[ObjectIdentifier(connection)] = connection }
            return !state.isShutDown
        }
        guard isWanted else {
            connection.close(LoopbackError.shutDown)
            throw LoopbackError.shutDown
        }
        connection.channel.closeFuture.whenComplete { _ in self.forget(connection) }
        return connection
    }

    /// Fits out a channel, on its event loop.
    private func connection(of channel: any Channel, to port: Int) throws -> ClientConnection {
        let connection = ClientConnection(channel, port: port)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(IdleStateHandler(allTimeout: TimeAmount(idleTime)))
        try pipeline.addHTTPClientHandlers()
        try pipeline.addHandler(ClientConnectionHandler(connection) { self.retire(connection) })
        return connection
    }

    private func putBack(_ connection: ClientConnection) {
        let isOpen = state.withLock { state in
            guard state.connections[ObjectIdentifier(connection)] != nil else { return false }
            state.pools[connection.port]?.putBack(connection)
            return true
        }
        if !isOpen { connection.close(LoopbackError.closed) }
    }

    /// Closes a connection that was quiet for too long, unless somebody uses it.
    private func retire(_ connection: ClientConnection) {
        let wasIdle = state.withLock { $0.pools[connection.port]?.withdraw(connection) ?? false }
        if wasIdle { connection.close(LoopbackError.closed) }
    }

    /// For a connection that has ended.
    private func forget(_ connection: ClientConnection) {
        state.withLock { $0.connections[ObjectIdentifier(connection)] = nil }
        change(connection.port) { $0.lost(connection) }
    }

    private func change(_ port: Int, _ body: (inout PortPool<ClientConnection>) -> Void) {
        state.withLock { state in
            if var pool = state.pools[port] {
                body(&pool)
                state.pools[port] = pool
            }
        }
    }
}

extension LoopbackClient {
    /// For many short calls to many servers: as many connections as there are calls, which do not stay long after a rush.
    static func manyCalls() -> LoopbackClient {
        LoopbackClient(connectionLimit: 4_096, idleTime: .milliseconds(500))
    }
}
