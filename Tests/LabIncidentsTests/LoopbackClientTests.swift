import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import LabIncidents

/// A server whose answers a test holds back.
private final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrived = 0
    }

    private let state = Mutex(State())

    /// Requests that came so far.
    var arrived: Int { state.withLock { $0.arrived } }

    func pass() async {
        await withCheckedContinuation { caller in
            let isOpen = state.withLock { state in
                state.arrived += 1
                if !state.isOpen { state.waiting.append(caller) }
                return state.isOpen
            }
            if isOpen { caller.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for caller in waiting { caller.resume() }
    }

    func wait(for count: Int) async {
        while arrived < count, !Task.isCancelled { await Task.yield() }
    }
}

@Suite(.timeLimit(.minutes(1))) struct LoopbackClientTests {
    /// A server, and a client of it; the census counts the server's connections.
    private static func with(
        connections: Int = 100,
        idleTime: Duration = .seconds(60),
        respond: @escaping LoopbackServer.Responder,
        _ body: nonisolated(nonsending) (LoopbackClient, Int) async throws -> Void
    ) async throws {
        try await Census.isolated { _ in
            let server = try await LoopbackServer(port: 0, respond: respond)
            let client = LoopbackClient(connectionLimit: connections, idleTime: idleTime)
            let outcome = await Result { try await body(client, server.port) }
            await client.shutDown()
            await server.shutDown()
            try outcome.get()
        }
    }

    /// Connections that the server has.
    private var connections: Int {
        Census.snapshot().first { $0.site == "LoopbackServer.connection" }?.live ?? 0
    }

    private func wait(forConnections count: Int) async {
        while connections != count, !Task.isCancelled { await Task.yield() }
    }

    /// Leaves the body unread, so that its connection is closed.
    private static func status(
        _ client: LoopbackClient,
        _ port: Int,
        headers: HTTPHeaders = [:],
        within timeout: Duration? = nil
    ) async throws -> HTTPResponseStatus {
        try await client.get("/", from: port, headers: headers, within: timeout) { $0.status }
    }

    private static func text(_ answer: LoopbackAnswer) async throws -> String {
        String(buffer: try await answer.collect(upTo: 1_000))
    }

    @Test("Requests that follow one another share a connection, and each has its answer")
    func reuse() async throws {
        try await Self.with { request in
            LoopbackResponse(chunks: [ByteBuffer(string: request.path), ByteBuffer(string: "!")])
        } _: { client, port in
            for number in 0..<20 {
                let text = try await client.get("/\(number)", from: port, Self.text)
                #expect(text == "/\(number)!")
            }
            #expect(connections == 1)
        }
    }

    @Test("Headers go along, and the status comes back")
    func headers() async throws {
        try await Self.with { request in
            let isRight = request.headers["x-a"] == ["b"] && request.headers["host"].count == 1
            return LoopbackResponse(status: isRight ? .accepted : .badRequest)
        } _: { client, port in
            let status = try await Self.status(client, port, headers: ["x-a": "b"])
            #expect(status == .accepted)
        }
    }

    @Test("Requests at the same time have a connection each, up to the limit, and the others wait their turn")
    func limit() async throws {
        let gate = Gate()
        try await Self.with(connections: 2) { _ in
            await gate.pass()
            return LoopbackResponse()
        } _: { client, port in
            try await withThrowingTaskGroup { group in
                for _ in 0..<6 {
                    group.addTask { try await client.get("/", from: port) { try await $0.collect(upTo: 0) } }
                }
                await gate.wait(for: 2)
                for _ in 0..<50 { await Task.yield() }
                #expect(gate.arrived == 2)
                gate.open()
                try await group.waitForAll()
            }
            #expect(gate.arrived == 6)
            #expect(connections == 2)
        }
    }

    @Test("A request's time covers the wait for a connection, and what it held is closed")
    func timeout() async throws {
        let gate = Gate()
        try await Self.with(connections: 1) { _ in
            await gate.pass()
            return LoopbackResponse()
        } _: { client, port in
            await #expect(throws: LoopbackError.timedOut) {
                try await Self.status(client, port, within: .milliseconds(20))
            }
            gate.open()
            await wait(forConnections: 0)
            let status = try await Self.status(client, port)
            #expect(status == .ok)
        }
        let closed = Gate()
        try await Self.with(connections: 1) { _ in
            await closed.pass()
            return LoopbackResponse()
        } _: { client, port in
            async let first = Self.status(client, port)
            await closed.wait(for: 1)
            await #expect(throws: LoopbackError.timedOut) {
                try await Self.status(client, port, within: .milliseconds(20))
            }
            closed.open()
            let status = try await first
            #expect(status == .ok)
        }
    }

    @Test("A cancelled request ends at once, whether it waits for a connection or for its answer")
    func cancellation() async throws {
        let gate = Gate()
        try await Self.with(connections: 1) { _ in
            await gate.pass()
            return LoopbackResponse()
        } _: { client, port in
            let asked = Task { try await Self.status(client, port) }
            await gate.wait(for: 1)
            let waiting = Task { try await Self.status(client, port) }
            for _ in 0..<20 { await Task.yield() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            asked.cancel()
            await #expect(throws: CancellationError.self) { try await asked.value }
            gate.open()
            let status = try await Self.status(client, port)
            #expect(status == .ok)
        }
    }

    @Test(
        "A body that is longer than the limit is refused, and one that is left unread closes its connection"
    )
    func bodies() async throws {
        try await Self.with { _ in
            LoopbackResponse(chunks: [ByteBuffer(repeating: 1, count: 1 << 20)])
        } _: { client, port in
            await #expect(throws: LoopbackError.tooLong(1_000)) {
                try await client.get("/", from: port) { try await $0.collect(upTo: 1_000) }
            }
            await wait(forConnections: 0)
            let status = try await Self.status(client, port)
            #expect(status == .ok)
            await wait(forConnections: 0)
            let whole = try await client.get("/", from: port) { try await $0.collect(upTo: 1 << 20) }
            #expect(whole.readableBytes == 1 << 20)
            #expect(connections == 1)
        }
    }

    @Test("A large body waits on the wire for its reader")
    func backPressure() async throws {
        try await Self.with { _ in
            LoopbackResponse(chunks: [ByteBuffer(repeating: 1, count: 64 << 20)])
        } _: { client, port in
            let count = try await client.get("/", from: port) { answer in
                var count = 0
                var largest = 0
                while let piece = try await answer.next() {
                    count += piece.readableBytes
                    largest = max(largest, piece.readableBytes)
                }
                #expect(largest <= 1 << 20)
                return count
            }
            #expect(count == 64 << 20)
        }
    }

    @Test("A connection that nobody uses is closed after its time, and a new one made when it is needed")
    func idle() async throws {
        try await Self.with(idleTime: .milliseconds(20)) { _ in
            LoopbackResponse()
        } _: { client, port in
            for _ in 0..<2 {
                _ = try await client.get("/", from: port) { try await $0.collect(upTo: 0) }
                await wait(forConnections: 0)
            }
        }
    }

    @Test("A connection that the server closed is not used again")
    func closedByServer() async throws {
        let client = LoopbackClient(connectionLimit: 1, idleTime: .seconds(60))
        let first = try await LoopbackServer(port: 0) { _ in LoopbackResponse() }
        let port = first.port
        _ = try await client.get("/", from: port) { try await $0.collect(upTo: 0) }
        await first.shutDown()
        await #expect(throws: (any Error).self) {
            for _ in 0..<3 { _ = try await client.get("/", from: port) { try await $0.collect(upTo: 0) } }
        }
        let second = try await LoopbackServer(port: port) { _ in LoopbackResponse() }
        let status = try await Self.status(client, second.port)
        #expect(status == .ok)
        await client.shutDown()
        await second.shutDown()
    }

    @Test(
        "What is not HTTP, and a server that hangs up, are errors and not answers",
        arguments: ["nonsense\r\n\r\n", ""]
    )
    func noAnswer(text: String) async throws {
        let listener = try await LoopbackListener(
            preferring: 0,
            name: "rude",
            prepare: { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: $0) },
            converse: {
                try await $0.executeThenClose { _, outbound in
                    try await outbound.write(ByteBuffer(string: text))
                }
            }
        )
        let client = LoopbackClient.manyCalls()
        await #expect(throws: (any Error).self) {
            try await Self.status(client, listener.port)
        }
        await client.shutDown()
        await listener.shutDown()
    }

    @Test("Shutting down ends what is under way and what waits, and nothing comes after it")
    func shutDown() async throws {
        let gate = Gate()
        try await Self.with(connections: 1) { _ in
            await gate.pass()
            return LoopbackResponse()
        } _: { client, port in
            let asked = Task { try await Self.status(client, port) }
            await gate.wait(for: 1)
            let waiting = Task { try await Self.status(client, port) }
            for _ in 0..<20 { await Task.yield() }
            await client.shutDown()
            await #expect(throws: LoopbackError.shutDown) { try await asked.value }
            await #expect(throws: LoopbackError.shutDown) { try await waiting.value }
            await #expect(throws: LoopbackError.shutDown) {
                try await Self.status(client, port)
            }
            gate.open()
        }
    }
}
