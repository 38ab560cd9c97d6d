import LabCore
import LabTelemetry
import NIOCore
import NIOPosix
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct PinnedConnectionTests {
    private static let handlers = ["pinned", "reconnect", "per-request"]

    @Test(
        "Every handler does the same job: each call is answered, and nothing stays open",
        arguments: handlers
    )
    func sameJob(handler: String) async throws {
        try await PinnedConnectionRun.with(handler) { run in
            await run.events.handle(HandledEvents.payloads(0..<40))
            #expect(run.events.failed == 0)
            #expect(run.events.metric("answered") == 40)
            let first = try #require(run.requests(1))
            let second = try #require(run.requests(2))
            #expect(first + second == 40)
            await run.events.handler.shutDown()
            await run.events.wait(until: "connections.backend-1", is: 0)
            await run.events.wait(until: "connections.backend-2", is: 0)
            #expect(run.events.live["CallServer.call"] == 0)
        }
    }

    @Test("One connection goes to one machine, however many calls it carries")
    func pinned() async throws {
        try await PinnedConnectionRun.with("pinned") { run in
            await run.events.handle(HandledEvents.payloads(0..<30))
            #expect(run.requests(1) == 30)
            #expect(run.requests(2) == 0)
            #expect(run.events.metric("connectionsBalanced") == 1)
            #expect(run.events.metric("connections.backend-1") == 1)
        }
    }

    @Test("A connection that is replaced goes to the machines in turn")
    func reconnect() async throws {
        let values: [String: ParameterValue] = ["callsPerConnection": .wholeNumber(10)]
        try await PinnedConnectionRun.with("reconnect", values: values) { run in
            await run.events.handle(HandledEvents.payloads(0..<35))
            #expect(run.requests(1) == 20)
            #expect(run.requests(2) == 15)
            #expect(run.events.metric("connectionsBalanced") == 4)
            await run.events.wait(until: "connections.backend-1", is: 0)
            #expect(run.events.metric("connections.backend-2") == 1)
        }
    }

    @Test("A choice for each call divides them equally, past the balancer")
    func perRequest() async throws {
        try await PinnedConnectionRun.with("per-request") { run in
            await run.events.handle(HandledEvents.payloads(0..<30))
            #expect(run.requests(1) == 15)
            #expect(run.requests(2) == 15)
            #expect(run.events.metric("connectionsBalanced") == 0)
        }
    }

    @Test("A caller that gives up leaves the connection as it is, and the machine works on for nobody")
    func timeout() async throws {
        let values: [String: ParameterValue] = ["timeout": .duration(.seconds(1))]
        try await PinnedConnectionRun.with("pinned", values: values) { run in
            run.world.set("backend-1", to: .slow(.milliseconds(1_500)))
            await run.events.handle(HandledEvents.payloads(0..<3))
            #expect(run.events.failed == 3)
            #expect(run.events.metric("timedOut") == 3)
            #expect(run.events.metric("answered") == 0)
            await run.events.wait(until: "answeredLate", is: 3)
            #expect(run.events.metric("connectionsBalanced") == 1)
            #expect(run.requests(1) == 3)
        }
    }

    @Test("A machine that is down hangs up; the next call has a new connection, to the other one")
    func down() async throws {
        try await PinnedConnectionRun.with("pinned") { run in
            await run.events.handle(HandledEvents.payloads([1]))
            run.world.set("backend-1", to: .down)
            await run.events.handle(HandledEvents.payloads([2]))
            #expect(run.events.failed == 1)
            await run.events.handle(HandledEvents.payloads([3]))
            #expect(run.events.failed == 1)
            #expect(run.requests(2) == 1)
            #expect(run.events.metric("connectionsBalanced") == 2)
        }
    }

    @Test("Calls of one connection are worked on at once, and answered in whatever order they are done")
    func overlap() async throws {
        try await PinnedConnectionRun.with("pinned", values: ["workers": .wholeNumber(3)]) { run in
            let port = try #require(run.companion.endpoints["balancer"])
            let connection = try await CallConnection.open(to: port)
            run.world.set("backend-1", to: .slow(.milliseconds(100)))
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<12 {
                    group.addTask { try await connection.call(ByteBuffer(string: "p-\(number)")) }
                }
                // Three are worked on, so that nine wait at the machine and none before the connection.
                await run.events.wait(until: "queued.backend-1", is: 9)
                run.world.set("backend-1", to: .normal)
            }
            await connection.close()
            #expect(run.requests(1) == 12)
            #expect(run.events.metric("connectionsBalanced") == 1)
        }
    }

    @Test("An unreadable payload fails, calls nobody, and harms no other event", arguments: handlers)
    func unreadable(handler: String) async throws {
        try await PinnedConnectionRun.with(handler) { run in
            await run.events.handle(HandledEvents.payloads([1]))
            await run.events.handle(HandledEvents.unreadable)
            await run.events.handle(HandledEvents.payloads([2]))
            #expect(run.events.failed == HandledEvents.unreadable.count)
            #expect(run.events.metric("answered") == 2)
        }
    }

    @Test("Bytes that are no calls cost their own connection and nobody else's", arguments: [0, 7, 1 << 31])
    func garbage(length: UInt32) async throws {
        try await PinnedConnectionRun.with("pinned") { run in
            let port = try #require(run.companion.endpoints["balancer"])
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: port).get()
            var bytes = ByteBuffer(integer: length)
            bytes.writeString("no call at all")
            try await channel.writeAndFlush(bytes)
            try await channel.closeFuture.get()
            await run.events.handle(HandledEvents.payloads(0..<4))
            #expect(run.events.failed == 0)
        }
    }

    @Test("A connection that nobody accepts fails the event")
    func nobody() async throws {
        try await PinnedConnectionRun.with("pinned") { run in
            await run.companion.shutDown()
            await run.events.handle(HandledEvents.payloads([1]))
            #expect(run.events.failed == 1)
        }
    }

    @Test("The balancer takes the port that was asked for, and another one if it is in use")
    func port() async throws {
        try await PinnedConnectionRun.with("pinned") { first in
            let port = try #require(first.companion.endpoints["balancer"])
            let values: [String: ParameterValue] = ["companionPort": .wholeNumber(Int64(port))]
            try await PinnedConnectionRun.with("pinned", values: values) { second in
                #expect(second.companion.endpoints["balancer"] != port)
                await second.events.handle(HandledEvents.payloads([1]))
                #expect(second.events.failed == 0)
            }
        }
    }

    private func prediction(_ handler: String, replicas: Int) -> Double? {
        let context = PredictionContext(
            handler: handler,
            workload: Workload(
                topic: "calls",
                partitions: 4,
                payload: .fixed(ByteCount(200)),
                keys: .none,
                runLength: 64,
                phases: []
            ),
            replicas: replicas
        )
        return Incident.pinnedConnection.predictions(context).first?.value
    }

    @Test("The shares of the machines are predicted from the number of connections")
    func predictions() {
        #expect([1, 2, 4].map { prediction("pinned", replicas: $0) } == [2, 1, 1])
        #expect(prediction("pinned", replicas: 3) == 4.0 / 3)
        #expect(prediction("per-request", replicas: 1) == 1)
        #expect(prediction("reconnect", replicas: 1) == 1)
    }
}

@Suite(.timeLimit(.minutes(1))) struct OpenCallsTests {
    private struct Refused: Error {}

    private func wait(for call: UInt64, in calls: OpenCalls) async throws {
        try await withCheckedThrowingContinuation { _ = calls.wait(for: call, $0) }
    }

    @Test("Each call has its own answer, and whoever does not wait any more has none")
    func answers() async throws {
        let calls = OpenCalls()
        let numbers = [calls.next(), calls.next()]
        #expect(numbers == [1, 2])
        let waiting = Task { try await wait(for: 2, in: calls) }
        while calls.count == 0 { await Task.yield() }
        #expect(!calls.settle(1, with: .success(())))
        #expect(calls.settle(2, with: .failure(Refused())))
        await #expect(throws: Refused.self) { try await waiting.value }
        #expect(!calls.settle(2, with: .success(())))
    }

    @Test("When the connection ends, those who wait are told, and those who come")
    func end() async throws {
        let calls = OpenCalls()
        let waiting = Task { try await wait(for: 1, in: calls) }
        while calls.count == 0 { await Task.yield() }
        calls.close()
        await #expect(throws: LabError.self) { try await waiting.value }
        await #expect(throws: LabError.self) { try await wait(for: 2, in: calls) }
        #expect(calls.isClosed && calls.count == 0)
    }

    @Test("What shall happen when nobody waits happens then, and once")
    func empty() async throws {
        let calls = OpenCalls()
        let gate = TunnelAnswer()
        let waiting = Task { try await wait(for: 1, in: calls) }
        while calls.count == 0 { await Task.yield() }
        calls.whenEmpty { gate.settle(true) }
        calls.settle(7, with: .success(()))
        #expect(calls.count == 1)
        calls.settle(1, with: .success(()))
        #expect(await gate.wait())
        try await waiting.value
        let idle = TunnelAnswer()
        calls.whenEmpty { idle.settle(true) }
        #expect(await idle.wait())
    }

    @Test("One after the other, and again from the first")
    func turns() {
        let turns = RoundRobin(["a", "b", "c"])
        #expect((0..<7).map { _ in turns.next() } == ["a", "b", "c", "a", "b", "c", "a"])
    }
}
