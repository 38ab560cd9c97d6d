import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct NeverEvictingCacheTests {
    private static let handlers = Incident.neverEvictingCache.handlers.map(\.name)
    private static let suspects = ["no-janitor", "value-not-pointer"]

    @Test(
        "Every handler does the same job: an item is loaded once, and found while it is good",
        arguments: handlers
    )
    func sameJob(handler: String) async throws {
        try await ItemService.with(handler) { service in
            await service.request(0..<20)
            service.clock.advance(by: .seconds(3_599))
            await service.request(0..<20)
            #expect(service.metric("requests") == 40)
            #expect(service.metric("misses") == 20)
            #expect(service.metric("hits") == 20)
            #expect(service.metric("databaseLoads") == 20)
            #expect(service.databaseMetric("rowsServed") == 20)
            #expect(service.metric("entries") == 20)
            #expect(service.metric("unserved") == 0)
            #expect(service.events.failed == 0)
        }
    }

    @Test("Expired items stay for ever, and are replaced when they are asked for", arguments: suspects)
    func nothingLeaves(handler: String) async throws {
        try await ItemService.with(handler) { service in
            await service.request(0..<10)
            service.clock.advance(by: .seconds(10_000))
            await service.request(10..<20)
            service.clock.advance(by: .seconds(1_000_000))
            #expect(service.metric("entries") == 20)
            await service.request(0..<5)
            #expect(service.metric("expiredHits") == 5)
            #expect(service.metric("hits") == 0)
            #expect(service.metric("databaseLoads") == 25)
            #expect(service.metric("entries") == 20)
            await service.request(0..<5)
            #expect(service.metric("hits") == 5)
        }
    }

    @Test("A result reached by a pointer is an object made by the conversion, and a value is none")
    func conversions() async throws {
        let objects = try await Self.suspects.asyncMap { handler in
            try await ItemService.liveAfterRequests(of: handler)
        }
        #expect(objects == [30, nil])
    }

    @Test("The janitor removes what has expired once in an interval, and nothing else")
    func sweeps() async throws {
        let values: [String: ParameterValue] = [
            "timeToLive": .duration(.seconds(100)), "sweepInterval": .duration(.seconds(40)),
        ]
        try await ItemService.with("janitor", values: values) { service in
            await service.request(0..<10)
            var entries: [Int64] = []
            for sweep in 1...5 {
                await service.waitForSleepers()
                await service.request([100 * sweep])
                service.clock.advance(by: .seconds(40))
                await service.events.wait(until: "sweeps", is: Int64(sweep))
                entries.append(service.metric("entries"))
            }
            // At 120 s the ten of the start and the one before the first clean-up are more than 100 s old, from then on
            // one leaves as one comes.
            #expect(entries == [11, 12, 2, 2, 2])
            #expect(service.metric("swept") == 13)
        }
    }

    @Test("A list has room for so many, whatever was used last stays")
    func lruCount() async throws {
        try await ItemService.with("lru-count", values: ["entries": .wholeNumber(3)]) { service in
            await service.request([0, 1, 2, 0, 3])
            #expect(service.metric("entries") == 3)
            #expect(service.metric("evictions") == 1)
            await service.request([0, 2, 3])
            #expect(service.metric("hits") == 4)
            await service.request([1])
            #expect(service.metric("misses") == 5)
        }
    }

    @Test("A zone has room for so many bytes, places in the list included")
    func lruBytes() async throws {
        let one = RecentItemCache.size(ofKey: "p-1")
        #expect(one > Item.byteCount)
        let values: [String: ParameterValue] = ["capacity": .bytes(ByteCount(Int64(one * 8 - 1)))]
        try await ItemService.with("lru-bytes", values: values) { service in
            for key in 0..<20 {
                await service.request([key])
                #expect(service.metric("cachedBytes") == Int64(one * min(key + 1, 7)))
            }
            #expect(service.metric("entries") == 7)
            #expect(service.metric("evictions") == 13)
        }
    }

    @Test("Long keys weigh more")
    func longKeys() {
        let (short, long) = (String(repeating: "k", count: 15), String(repeating: "k", count: 16))
        #expect(CachedItem.size(ofKey: short) == 1_056)
        #expect(CachedItem.size(ofKey: long) == 1_056 + 64)
    }

    @Test("A clean-up predicts its interval, a full list its level, and what never ends predicts nothing")
    func predicted() throws {
        let values: [String: ParameterValue] = [
            "sweepInterval": .duration(.seconds(1_800)), "entries": .wholeNumber(1_000),
            "capacity": .bytes(ByteCount(1 << 20)),
        ]
        let levels = try Self.handlers.map { handler in
            let context = PredictionContext(handler: handler, values: values, workload: Self.workload)
            let predictions = Incident.neverEvictingCache.predictions(context)
            #expect(predictions.count <= 1)
            #expect(predictions.allSatisfy { $0.metric == "heap" && !$0.note.isEmpty })
            return try predictions.first.map { prediction in
                let kind: Finding.Kind = handler == "janitor" ? .sawTooth : .plateau
                try #require(prediction.kind == kind)
                return prediction.value
            }
        }
        #expect(levels[..<3] == [nil, nil, 1_800])
        // 1,056 each, and less than a quarter as much again for list and dictionary.
        #expect((1_056_000.0...1_320_000).contains(levels[3] ?? 0))
        #expect((1_000_000.0...1_250_000).contains(levels[4] ?? 0))
    }

    private static let workload = Workload(
        topic: "t",
        partitions: 4,
        payload: .fixed(ByteCount(200)),
        keys: .growingZipf(count: 10, exponent: 1, newShare: 0.4),
        runLength: 1,
        phases: []
    )

    @Test("An unreadable payload fails, and no other", arguments: handlers)
    func unreadable(handler: String) async throws {
        let tooLong = #"{"player":"\#(String(repeating: "k", count: 201))"}"#
        try await ItemService.with(handler) { service in
            await service.request([1])
            await service.events.handle(HandledEvents.unreadable + [tooLong])
            await service.request([2])
            #expect(service.events.failed == HandledEvents.unreadable.count + 1)
            #expect(service.metric("requests") == 2)
        }
    }
}

extension ItemService {
    /// The objects of the conversion that live after thirty different requests; `nil` if there is no such site.
    static func liveAfterRequests(of handler: String) async throws -> Int? {
        var live: Int?
        try await with(handler) { service in
            await service.request(0..<30)
            live = service.events.live["ItemConversion"]
        }
        return live
    }

    /// Lets other tasks go on until one waits for the clock.
    func waitForSleepers() async {
        while clock.waiting == 0, !Task.isCancelled { await Task.yield() }
    }
}

extension Array {
    fileprivate func asyncMap<Mapped>(
        _ map: nonisolated(nonsending) (Element) async throws -> Mapped
    ) async rethrows -> [Mapped] {
        var mapped: [Mapped] = []
        for element in self { mapped.append(try await map(element)) }
        return mapped
    }
}
