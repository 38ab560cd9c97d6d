import LabCore
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct OversizedResultCacheTests {
    private let incident = Incident.oversizedResultCache
    private static let handlers = ["lru-by-count", "disabled", "lru-by-bytes"]
    /// Every result has this size.
    private static let equalSizes: [String: ParameterValue] = [
        "smallestResult": .bytes(ByteCount(10_000)), "largestResult": .bytes(ByteCount(10_000)),
    ]

    private func values(_ more: [String: ParameterValue]) -> [String: ParameterValue] {
        Self.equalSizes.merging(more) { $1 }
    }

    @Test("Every handler does the same job", arguments: handlers)
    func sameJob(handler: String) async throws {
        try await HandledEvents.with(incident, handler) { events in
            await events.handle(HandledEvents.payloads(0..<20) + HandledEvents.payloads(0..<20))
            #expect(events.failed == 0)
            #expect(events.metric("served") == 40)
            let store = ListService(IncidentContext(seed: 1), cacheOf: .nothing).store
            let sizes = try (0..<20).map { store.resultSize(of: try call("p-\($0)")) }
            #expect(events.metric("servedBytes") == Int64(2 * sizes.reduce(0, +)))
        }
    }

    private func call(_ selector: String) throws -> ListCall {
        try Array(#"{"player":"\#(selector)"}"#.utf8).withUnsafeBytes { try ListCall(readingFrom: $0.bytes) }
    }

    @Test("Room for entries keeps every result until there are so many, and then exactly as many")
    func byCount() async throws {
        let values = values(["entries": .wholeNumber(30)])
        try await HandledEvents.with(incident, "lru-by-count", values: values) { events in
            for count in 1...30 {
                await events.handle(HandledEvents.payloads([count]))
                #expect(events.metric("entries") == Int64(count))
                #expect(events.metric("cachedBytes") == Int64(count * 10_000))
            }
            await events.handle(HandledEvents.payloads(31...50))
            #expect(events.metric("entries") == 30)
            #expect(events.metric("cachedBytes") == 300_000)
            #expect(events.metric("evictions") == 20)
            #expect(events.metric("misses") == 50)
            #expect(events.metric("hits") == 0)
        }
    }

    @Test("A thousand results of the incident's sizes are a thousand times their mean")
    func prediction() async throws {
        let sizes = PayloadSize.logUniform(minimum: ByteCount(150_000), maximum: ByteCount(1_500_000))
        let store = ListService(IncidentContext(seed: 7), cacheOf: .nothing).store
        let total = try (0..<1_000).reduce(0) { try $0 + store.resultSize(of: call("p-\($1)")) }
        #expect(abs(Double(total) / (1_000 * sizes.mean) - 1) < 0.05)
    }

    @Test(
        "Where the cache settles is predicted by its room or by what there is to ask for, whichever is less",
        arguments: [(1_000, 4_000, 1, 1_000), (1_000, 4_000, 8, 500), (100, nil, 1, 100)]
            as [(Int64, UInt64?, Int, Double)]
    )
    func predicted(entries: Int64, keys: UInt64?, replicas: Int, results: Double) throws {
        var context = PredictionContext(
            handler: "lru-by-count",
            values: values(["entries": .wholeNumber(entries)]),
            workload: Workload(
                topic: "t",
                partitions: 8,
                payload: .fixed(ByteCount(200)),
                keys: keys.map { .uniform(count: $0) } ?? .none,
                runLength: 1,
                phases: []
            ),
            replicas: replicas
        )
        let prediction = try #require(incident.predictions(context).first)
        #expect(prediction.kind == .plateau && prediction.metric == "heap")
        // The array's head and the chunk's: 10,040 bytes, in steps of 16.
        #expect(prediction.value == results * 10_048)
        for handler in ["disabled", "lru-by-bytes"] {
            context.handler = handler
            #expect(incident.predictions(context).isEmpty)
        }
    }

    @Test("Room for bytes holds, whatever the results weigh")
    func byBytes() async throws {
        let capacity: Int64 = 2_000_000
        let values: [String: ParameterValue] = ["capacity": .bytes(ByteCount(capacity))]
        try await HandledEvents.with(incident, "lru-by-bytes", values: values) { events in
            for count in 0..<60 {
                await events.handle(HandledEvents.payloads([count]))
                #expect((events.metric("cachedBytes") ?? -1) <= capacity)
            }
            #expect((events.metric("cachedBytes") ?? -1) > capacity - 1_500_000)
            let (entries, evictions) = (events.metric("entries"), events.metric("evictions"))
            #expect((entries ?? 0) + (evictions ?? 0) == 60)
        }
    }

    @Test("A result larger than all the room is not kept, and pushes nothing out")
    func tooLarge() async throws {
        for (capacity, entries) in [(30_000, 3), (10_000, 1), (9_999, 0)] {
            let values = values(["capacity": .bytes(ByteCount(Int64(capacity)))])
            try await HandledEvents.with(incident, "lru-by-bytes", values: values) { events in
                await events.handle(HandledEvents.payloads(0..<5))
                #expect(events.metric("entries") == Int64(entries))
                #expect(events.metric("evictions") == (entries == 0 ? 0 : Int64(5 - entries)))
                #expect(events.metric("served") == 5)
            }
        }
    }

    @Test("Without the cache every call goes to the store")
    func disabled() async throws {
        try await HandledEvents.with(incident, "disabled", values: Self.equalSizes) { events in
            for _ in 0..<3 { await events.handle(HandledEvents.payloads(0..<5)) }
            #expect(events.metric("lists") == 15)
            #expect(events.metric("entries") == nil)
        }
    }

    @Test("A result is used until it expires, and lies there until somebody asks for it")
    func expiry() async throws {
        let clock = TestClock()
        try await HandledEvents.with(incident, "lru-by-count", values: Self.equalSizes, now: clock.now) {
            events in
            await events.handle(HandledEvents.payloads(0..<4))
            clock.advance(by: 1_799)
            await events.handle(HandledEvents.payloads(0..<2))
            #expect(events.metric("hits") == 2)
            clock.advance(by: 1)
            #expect(events.metric("entries") == 4)
            await events.handle(HandledEvents.payloads([3]))
            #expect(events.metric("expiries") == 1)
            #expect(events.metric("misses") == 5)
            #expect(events.metric("entries") == 4)
            await events.handle(HandledEvents.payloads([3]))
            #expect(events.metric("hits") == 3)
            #expect(events.metric("cachedBytes") == 40_000)
        }
    }

    @Test("The least recently used result leaves first")
    func order() async throws {
        let values = values(["entries": .wholeNumber(3)])
        try await HandledEvents.with(incident, "lru-by-count", values: values) { events in
            await events.handle(HandledEvents.payloads([0, 1, 2, 0, 3]))
            #expect(events.metric("hits") == 1)
            await events.handle(HandledEvents.payloads([0, 2, 3]))
            #expect(events.metric("hits") == 4)
            await events.handle(HandledEvents.payloads([1]))
            #expect(events.metric("misses") == 5)
        }
    }

    @Test("An unreadable payload fails, and no other", arguments: handlers)
    func unreadable(handler: String) async throws {
        try await HandledEvents.with(incident, handler, values: Self.equalSizes) { events in
            await events.handle(HandledEvents.payloads([1]))
            await events.handle(HandledEvents.unreadable)
            await events.handle(HandledEvents.payloads([2]))
            #expect(events.failed == HandledEvents.unreadable.count)
            #expect(events.metric("served") == 2)
        }
    }

    @Test("The parameters are the incident's, and take no size that could not be built")
    func parameters() {
        typealias Parameters = OversizedResultCacheParameters
        #expect(Parameters.entries.defaultValue == 1_000)
        #expect(Parameters.expiry.defaultValue == .seconds(1_800))
        #expect(!Parameters.largestResult.declaration.type.accepts(.bytes(ByteCount(1 << 40))))
        #expect(!Parameters.entries.declaration.type.accepts(.wholeNumber(0)))
        for parameter in incident.parameters { #expect(parameter.type.accepts(parameter.defaultValue)) }
    }
}
