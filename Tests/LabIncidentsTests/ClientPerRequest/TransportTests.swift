import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct TransportTests {
    private let request = HTTPRequestHead(
        version: .http1_1,
        method: .GET,
        uri: "/players/p-1",
        headers: ["host": "localhost"]
    )

    @Test("More idle connections than the limit are closed")
    func idleLimit() async throws {
        try await ClientPerRequestRun.with("shared-client", values: ["idleConnections": .wholeNumber(2)]) {
            run in
            let transport = try run.settings.makeTransport()
            var answers: [Answer] = []
            for _ in 0..<3 { answers.append(try await transport.roundTrip(request)) }
            #expect(run.metric("connections") == 3)
            for answer in answers { #expect(try await answer.readToEnd() == 2_048) }
            #expect(run.metric("connectionsIdle") == 2)
            await run.wait(forConnections: 2)
            transport.closeIdleConnections()
            await run.waitForNoTasks()
        }
    }

    @Test("A body that is closed before its end closes its connection; one that was read to its end does not")
    func closedEarly() async throws {
        let size = ByteCount(1 << 20)
        try await ClientPerRequestRun.with("shared-client", values: ["answer": .bytes(size)]) { run in
            let transport = try run.settings.makeTransport()
            let whole = try await transport.roundTrip(request)
            #expect(try await whole.readToEnd() == 1 << 20)
            whole.body.close()
            #expect(run.metric("connectionsIdle") == 1)
            let cut = try await transport.roundTrip(request)
            #expect(try await cut.body.read() != nil)
            cut.body.close()
            await #expect(throws: LabError.self) { try await cut.body.read() }
            await run.wait(forConnections: 0)
            await run.waitForNoTasks()
            #expect(run.metric("connectionsReused") == 1)
        }
    }

    @Test("A reader gets the pieces in order and then the end, whoever comes first")
    func pieces() async throws {
        let body = AnswerBody()
        let offered = Task {
            var outcomes: [Bool] = []
            for number: UInt8 in 1...3 { outcomes.append(await body.offer(ByteBuffer(bytes: [number]))) }
            body.complete()
            return outcomes
        }
        var read: [UInt8] = []
        while let piece = try await body.read() { read += Array(piece.readableBytesView) }
        #expect(read == [1, 2, 3])
        #expect(await offered.value == [true, true, true])
        #expect(try await body.read() == nil)
    }

    @Test("Closing frees a read loop that waits, and a reader that waits")
    func closing() async throws {
        let unread = AnswerBody()
        let offered = Task { await unread.offer(ByteBuffer(bytes: [1])) }
        for _ in 0..<20 { await Task.yield() }
        unread.close()
        #expect(await offered.value == false)
        #expect(await unread.offer(ByteBuffer(bytes: [2])) == false)

        let awaited = AnswerBody()
        let reader = Task { try await awaited.read() }
        for _ in 0..<20 { await Task.yield() }
        awaited.close()
        await #expect(throws: LabError.self) { try await reader.value }
    }

    @Test("Cancelling a reader closes its body")
    func cancelling() async {
        let body = AnswerBody()
        let reader = Task { try await body.read() }
        for _ in 0..<20 { await Task.yield() }
        reader.cancel()
        await #expect(throws: LabError.self) { try await reader.value }
        #expect(await body.offer(ByteBuffer(bytes: [1])) == false)
    }

    @Test("A companion takes the port that it is told if that is free, and another one if not")
    func ports() async throws {
        try await ClientPerRequestRun.with("shared-client") { run in
            let taken = try run.context.port(of: "backend")
            let values: [String: ParameterValue] = ["companionPort": .wholeNumber(Int64(taken))]
            try await ClientPerRequestRun.with("shared-client", values: values) { other in
                let port = try other.context.port(of: "backend")
                #expect(port != taken && port > 0)
                await other.handle(1)
                #expect(other.events.failed == 0)
            }
        }
    }
}
