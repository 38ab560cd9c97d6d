import LabCore
import LabTelemetry
import Synchronization
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct IndexCacheTests {
    private let clock = TestClock()

    /// A cache with a census of its own, stopped after the test.
    private func withCache(
        _ configuration: IndexCache.Configuration = IndexCache.Configuration(),
        _ body: nonisolated(nonsending) (IndexCache) async throws -> Void
    ) async throws {
        try await Census.isolated { _ in
            let cache = IndexCache(configuration, now: clock.now, sites: IndexCache.Sites())
            do {
                try await body(cache)
            } catch {
                await cache.stop()
                throw error
            }
            await cache.stop()
        }
    }

    /// Small enough to be pruned after a few items.
    private static let small = IndexCache.Configuration(maximumCount: 10, pruneCount: 5)

    /// Fills the cache without dropping promotions.
    private func fill(_ cache: IndexCache, _ keys: some Sequence<Int>) async {
        for key in keys {
            await cache.set("index-\(key)", true, timeToLive: .seconds(60))
            if key.isMultiple(of: 256) { await cache.settle() }
        }
        await cache.settle()
    }

    private func survivors(_ cache: IndexCache, _ keys: some Sequence<Int>) -> [Int] {
        keys.filter { cache.get("index-\($0)") != nil }
    }

    @Test("An answer is found again, true or false, and an unknown key is not")
    func hits() async throws {
        try await withCache { cache in
            await cache.set("there", true, timeToLive: .seconds(1))
            await cache.set("gone", false, timeToLive: .seconds(1))
            #expect(cache.get("there") == true)
            #expect(cache.get("gone") == false)
            #expect(cache.get("unknown") == nil)
            #expect(cache.count == 2)
        }
    }

    @Test("Fetching loads once, until the answer expires")
    func fetching() async throws {
        try await withCache { cache in
            var loads = 0
            for _ in 0..<5 {
                let exists = await cache.fetch("index", timeToLive: .seconds(10)) {
                    loads += 1
                    return true
                }
                #expect(exists)
            }
            #expect(loads == 1)
            clock.advance(by: 10)
            _ = await cache.fetch("index", timeToLive: .seconds(10)) {
                loads += 1
                return true
            }
            #expect(loads == 2)
        }
    }

    @Test("A load that throws leaves nothing behind")
    func failedLoad() async throws {
        struct Failure: Error {}
        try await withCache { cache in
            await #expect(throws: Failure.self) {
                _ = try await cache.fetch("index", timeToLive: .seconds(10)) { throw Failure() }
            }
            #expect(cache.count == 0)
        }
    }

    @Test("An answer expires after its time to live, and stays until it is replaced")
    func expiry() async throws {
        try await withCache { cache in
            await cache.set("index", true, timeToLive: .seconds(10))
            clock.advance(by: 9)
            #expect(cache.get("index") == true)
            clock.advance(by: 1)
            #expect(cache.get("index") == nil)
            #expect(cache.count == 1)
            await cache.set("index", false, timeToLive: .seconds(10))
            #expect(cache.get("index") == false)
            #expect(cache.count == 1)
        }
    }

    @Test("An answer without end does not wrap around into the past")
    func endless() async throws {
        try await withCache { cache in
            clock.advance(by: 1_000_000_000)
            await cache.set("index", true, timeToLive: .seconds(Int64.max))
            #expect(cache.get("index") == true)
        }
    }

    @Test("A deleted answer is gone; deleting what is not there says so")
    func deletion() async throws {
        try await withCache { cache in
            await cache.set("index", true, timeToLive: .seconds(10))
            #expect(await cache.delete("index"))
            #expect(await !cache.delete("index"))
            #expect(cache.get("index") == nil)
            #expect(cache.count == 0)
        }
    }

    @Test("One answer too many prunes five hundred of the least recently used")
    func pruning() async throws {
        try await withCache { cache in
            await fill(cache, 0..<5_000)
            #expect(cache.count == 5_000)
            #expect(cache.droppedPromotions == 0)
            await fill(cache, 5_000..<5_001)
            #expect(cache.count == 4_501)
            #expect(survivors(cache, 0..<5_001) == Array(500..<5_001))
        }
    }

    @Test("Only the third get moves an answer away from the end that is pruned", arguments: 0..<4)
    func promotion(gets: Int) async throws {
        try await withCache(Self.small) { cache in
            await fill(cache, 0..<10)
            for _ in 0..<gets { _ = cache.get("index-0") }
            await fill(cache, 10..<11)
            let expected = gets == 3 ? [0] + Array(6..<11) : Array(5..<11)
            #expect(survivors(cache, 0..<11) == expected)
        }
    }

    @Test("An answer that expired is not promoted by gets")
    func expiredGets() async throws {
        try await withCache(Self.small) { cache in
            await fill(cache, 0..<1)
            clock.advance(by: 61)
            await fill(cache, 1..<10)
            for _ in 0..<3 { _ = cache.get("index-0") }
            await fill(cache, 10..<11)
            #expect(cache.count == 6)
            #expect(survivors(cache, 1..<11) == Array(5..<11))
        }
    }

    @Test("Replaced and deleted answers do not count towards the maximum")
    func replaced() async throws {
        try await withCache(Self.small) { cache in
            for _ in 0..<5 { await fill(cache, 0..<8) }
            #expect(cache.count == 8)
            await cache.delete("index-0")
            await cache.delete("index-1")
            await fill(cache, 8..<12)
            #expect(survivors(cache, 0..<12) == Array(2..<12))
        }
    }

    @Test("Many tasks at once get right answers, and the cache keeps its bound", arguments: [1, 16])
    func concurrency(buckets: Int) async throws {
        let configuration = IndexCache.Configuration(
            bucketCount: buckets,
            bufferSlots: 65_536,
            maximumCount: 20,
            pruneCount: 5
        )
        try await withCache(configuration) { cache in
            let wrong = await withTaskGroup(of: Int.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        var wrong = 0
                        for step in 0..<1_000 {
                            let number = (step * 7 + task * 13) % 50
                            let exists = await cache.fetch("index-\(number)", timeToLive: .seconds(60)) {
                                number.isMultiple(of: 2)
                            }
                            if exists != number.isMultiple(of: 2) { wrong += 1 }
                            if step.isMultiple(of: 97) { await cache.delete("index-\(number)") }
                        }
                        return wrong
                    }
                }
                return await group.reduce(0, +)
            }
            await cache.settle()
            #expect(wrong == 0)
            #expect(cache.droppedPromotions == 0)
            #expect(cache.count <= 20)
        }
    }

    @Test("Stopping ends the worker; then nothing keeps the cache")
    func stopping() async throws {
        try await Census.isolated { page in
            weak var remains: IndexCache?
            do {
                let cache = IndexCache(.init(), now: clock.now, sites: IndexCache.Sites())
                remains = cache
                await cache.set("index", true, timeToLive: .seconds(10))
                await cache.stop()
                #expect(page.gauge("tasks").load() == 0)
                await cache.stop()
            }
            #expect(remains == nil)
            #expect(Census.snapshot().map(\.live) == [0, 0])
            #expect(Census.snapshot().map(\.created) == [1, 1])
        }
    }

    @Test("A cache that nobody stops stays, and its worker with it")
    func notStopping() async throws {
        try await Census.isolated { page in
            weak var remains: IndexCache?
            do {
                let cache = IndexCache(.init(), now: clock.now, sites: IndexCache.Sites())
                remains = cache
                await cache.set("index", true, timeToLive: .seconds(10))
                await cache.settle()
            }
            #expect(remains != nil)
            #expect(page.gauge("tasks").load() == 1)
            await remains?.stop()
            #expect(remains == nil)
            #expect(page.gauge("tasks").load() == 0)
        }
    }

    @Test("Stopping does the work that was sent before")
    func stoppingLate() async throws {
        try await Census.isolated { _ in
            let cache = IndexCache(Self.small, now: clock.now, sites: IndexCache.Sites())
            for key in 0..<11 { await cache.set("index-\(key)", true, timeToLive: .seconds(60)) }
            await cache.stop()
            #expect(survivors(cache, 0..<11) == Array(5..<11))
        }
    }
}
