import Foundation
import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite struct OversizedResultCacheStoreTests {
    private func store(_ minimum: Int64, _ maximum: Int64, seed: UInt64 = 1) throws -> ListStore {
        ListStore(
            sizes: .logUniform(minimum: ByteCount(minimum), maximum: ByteCount(maximum)),
            seed: seed,
            lists: try TelemetryPage.anonymous().counter("lists")
        )
    }

    private func call(_ selector: String) throws -> ListCall {
        try Array(#"{"player":"\#(selector)"}"#.utf8).withUnsafeBytes { try ListCall(readingFrom: $0.bytes) }
    }

    @Test(
        "A result has its size to the byte and is one JSON list",
        arguments: [1_024, 1_279, 1_280, 20_001, 150_000]
    )
    func building(size: Int) throws {
        let result = try store(Int64(size), Int64(size)).list(call("größe-1"))
        #expect(result.count == size)
        let object = try JSONSerialization.jsonObject(with: Data(result.bytes)) as? [String: Any]
        #expect(object?["selector"] as? String == "größe-1")
        let items = try #require(object?["items"] as? [[String: Any]])
        #expect(items.count >= (size - 300) / 256)
    }

    @Test("A selector longer than the result makes it longer")
    func longSelector() throws {
        let selector = String(repeating: "s", count: 5_000)
        let result = try store(1_024, 1_024).list(call(selector))
        #expect(result.count > 5_000)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(result.bytes)) }
    }

    @Test("Sizes lie within the bounds, follow from key and seed, and differ between keys")
    func sizes() throws {
        let (first, again) = (try store(150_000, 1_500_000, seed: 3), try store(150_000, 1_500_000, seed: 3))
        let other = try store(150_000, 1_500_000, seed: 4)
        let calls = try (0..<200).map { try call("p-\($0)") }
        let sizes = calls.map { first.resultSize(of: $0) }
        #expect(sizes == calls.map { again.resultSize(of: $0) })
        #expect(sizes != calls.map { other.resultSize(of: $0) })
        #expect(sizes.allSatisfy { (150_000...1_500_000).contains($0) })
        #expect(Set(sizes).count > 190)
        // Log-uniform: as many below the geometric mean as above it.
        #expect((70...130).contains(sizes.count { $0 < 474_342 }))
    }

    @Test("Many tasks at once get right results, and the cache keeps its bound and its counts")
    func concurrency() async throws {
        let page = try TelemetryPage.anonymous()
        let metrics = ListResultCache.Metrics(on: page)
        let cache = ListResultCache(
            capacity: .bytes(20_000),
            timeToLive: .seconds(60),
            now: TestClock().now,
            metrics: metrics
        )
        let wrong = page.counter("wrong")
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<500 {
                        let number = (step * 7 + task) % 40
                        let result = cache.fetch("\(number)") {
                            ListResult(bytes: Array(repeating: UInt8(number), count: 1_000 + number))
                        }
                        if result.count != 1_000 + number || result.bytes.first != UInt8(number) {
                            wrong.add()
                        }
                        if metrics.cachedBytes.load() > 20_000 { wrong.add() }
                    }
                }
            }
        }
        #expect(wrong.load() == 0)
        #expect(metrics.hits.load() + metrics.misses.load() == 4_000)
        #expect(metrics.entries.load() + metrics.evictions.load() <= metrics.misses.load())
        #expect(metrics.entries.load() == metrics.cachedBytes.load() / 1_000)
    }
}
