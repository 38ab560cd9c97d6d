import LabCore
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Serves the live page on 127.0.0.1, and nowhere else.
package struct PageServer: Sendable {
    /// That it listens at.
    package let port: Int
    private let desk: PageDesk
    private let token: String

    /// Of those that are open at the same time; each costs the lab a descriptor.
    private static let mostConnections = 128
    /// Without a byte in either direction.
    private static let longestSilence = TimeAmount.seconds(30)
    private static let portsTried = 20

    /// Where the page is, with the token that requests need which change something.
    package func address(of run: String? = nil) -> String {
        "http://127.0.0.1:\(port)/\(run.map { "?run=\($0)" } ?? "")#token=\(token)"
    }

    /// Serves until `body` returns, then hangs up on everybody.
    ///
    /// - Parameters:
    ///   - wanted: the port that is tried first; 0 for one that the system chooses. If it is taken, the next free one.
    ///   - runs: what is shown.
    ///   - body: gets the server once it listens.
    /// - Returns: what `body` returns.
    /// - Throws: ``LabError`` if no port is free, and what `body` throws.
    package static func serving<Result: Sendable>(
        port wanted: Int,
        _ runs: any PageRuns,
        _ body: @Sendable (PageServer) async throws -> Result
    ) async throws -> Result {
        let runs = ConnectedPages(runs)
        let listener = try await listen(wanted, runs)
        guard let port = listener.localAddress?.port else { throw LabError("serve: the server has no port") }
        let token = RequestGuard.makeToken()
        let desk = runs.open(RequestGuard(port: port, token: token))
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(PageServer(port: port, desk: desk, token: token)))
        } catch {
            result = .failure(error)
        }
        // Fails only if it is closed already.
        try? await listener.close()
        await runs.end()
        return try result.get()
    }

    /// Shows what is new at once, and returns when everybody has seen the end of what they look at, or after `limit`.
    package func finish(atMost limit: Duration) async {
        desk.wake()
        let deadline = ContinuousClock.now + limit
        while desk.streams > 0, ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    // MARK: - Connections

    private static func listen(_ wanted: Int, _ pages: ConnectedPages) async throws -> any Channel {
        var tried = wanted
        while true {
            do {
                return try await bind(tried, pages)
            } catch let error as IOError where error.errnoCode == EADDRINUSE && wanted != 0 {
                tried += 1
                guard tried < wanted + portsTried, tried <= 65_535 else {
                    throw LabError(
                        "--port: \(wanted) and the \(portsTried - 1) ports after it are taken",
                        hint: "Choose another with --port, or 0 for any that is free."
                    )
                }
            } catch {
                throw LabError("--port: cannot listen on 127.0.0.1:\(tried): \(error)")
            }
        }
    }

    private static func bind(_ port: Int, _ pages: ConnectedPages) async throws -> any Channel {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel, pages) }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    /// A connection has its task from its first moment on: one that nobody took would end the process (SwiftNIO).
    private static func prepare(_ channel: any Channel, _ pages: ConnectedPages) throws {
        let pipeline = channel.pipeline.syncOperations
        guard pages.hasRoom(for: mostConnections) else {
            try pipeline.addHandler(Refusal())
            return
        }
        try pipeline.addHandler(IdleStateHandler(allTimeout: longestSilence))
        try pipeline.addHandler(EndOfSilence())
        try pipeline.configureHTTPServerPipeline()
        pages.begin(try PageConnection.Channel(wrappingChannelSynchronously: channel))
    }
}

/// The connections that are open, each with its task, and the desk that answers them once it is open.
private final class ConnectedPages: Sendable {
    private struct State {
        var desk: PageDesk?
        var isOver = false
        var begun = 0
        var tasks: [Int: Task<Void, Never>] = [:]
    }

    private let runs: any PageRuns
    private let state = Mutex(State())

    init(_ runs: any PageRuns) { self.runs = runs }

    /// From now on requests are answered; connections of before are hung up on.
    func open(_ guardian: RequestGuard) -> PageDesk {
        let desk = PageDesk(runs, guardian)
        state.withLock { $0.desk = desk }
        return desk
    }

    func hasRoom(for limit: Int) -> Bool { state.withLock { $0.tasks.count < limit } }

    func begin(_ channel: PageConnection.Channel) {
        state.withLock { state in
            state.begun += 1
            let (number, desk) = (state.begun, state.desk)
            // Lives as long as its connection, and not longer than the server, which awaits it in `end`.
            let task = Task { [self] in
                if let desk {
                    // What one client does wrong, and that it hangs up, is its own affair.
                    try? await PageConnection(desk: desk, channel: channel).converse()
                } else {
                    try? await channel.executeThenClose { _, _ in }
                }
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

/// Says that there are too many, and hangs up.
private final class Refusal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let body = PageAnswer.line(ofProblem: "Too many connections. Close some, then reload.")
        let text =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        let channel = context.channel
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: text)))
            .whenComplete { _ in channel.close(promise: nil) }
    }
}

/// Hangs up on who neither asks nor reads.
private final class EndOfSilence: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        context.close(promise: nil)
    }
}
