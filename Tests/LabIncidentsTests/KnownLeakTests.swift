import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct KnownLeakTests {
    private static let values: [String: ParameterValue] = [
        "chunk": .bytes(ByteCount(80)), "chunkEvery": .wholeNumber(4), "taskEvery": .wholeNumber(10),
    ]

    @Test(
        "Pieces and tasks are kept every so many events, or none",
        arguments: [("leaking", Int64(10), Int64(4)), ("clean", 0, 0)]
    )
    func kept(handler: String, pieces: Int64, tasks: Int64) async throws {
        try await HandledEvents.with(.knownLeak, handler, values: Self.values) { events in
            await events.handle(HandledEvents.payloads(0..<40))
            #expect(events.failed == 0)
            #expect(events.metric("delivered") == 40)
            // A piece may be 16 bytes larger than was asked for, where the rest would be too small for a chunk.
            let injected = try #require(events.metric("injectedBytes"))
            #expect((pieces * 80...pieces * 96).contains(injected))
            // The service's own worker is the one more.
            await events.wait(until: "tasks", is: tasks + 1)
        }
    }

    @Test("An unreadable payload fails, and leaks nothing")
    func unreadable() async throws {
        try await HandledEvents.with(.knownLeak, "leaking", values: ["chunkEvery": .wholeNumber(1)]) {
            events in
            await events.handle(["", "{", "[]"])
            #expect(events.failed == 3)
            #expect(events.metric("injectedBytes") == 0)
        }
    }

    @Test(
        "A piece has the size that was asked for, as the allocator counts it, or the next that it has",
        arguments: [LeakedChunk.smallest, 48, 80, 100, 4_096]
    )
    func sizes(size: Int) throws {
        let chunk = try #require(LeakedChunk.make(size: size, after: nil))
        #expect(chunk.allocatedSize >= size)
        #expect(chunk.allocatedSize < size + 32)
    }

    @Test("A long chain is given back piece by piece, not by recursion")
    func chain() throws {
        var last: LeakedChunk?
        for _ in 0..<1_000_000 { last = LeakedChunk.make(size: LeakedChunk.smallest, after: last) }
        var count = 0
        while let chunk = last {
            last = chunk.cutOff()
            count += 1
        }
        #expect(count == 1_000_000)
    }
}
