import LabCore
import LabTelemetry
import Synchronization
import Testing

@testable import LabIncidents

/// A registry whose fetches are answered when the test says so.
private final class GatedRegistry: Sendable {
    private let waiting = Mutex<[CheckedContinuation<NodeList, any Error>]>([])

    static let list = NodeList(services: [[NodeList.Node(name: "n", port: 1)]])

    func fetch() async throws -> NodeList {
        try await withCheckedThrowingContinuation { continuation in
            waiting.withLock { $0.append(continuation) }
        }
    }

    var waitingCount: Int { waiting.withLock { $0.count } }

    func waitForFetches(_ count: Int) async {
        while waitingCount < count, !Task.isCancelled { await Task.yield() }
    }

    /// Answers all who wait.
    func answer(_ result: Result<NodeList, any Error>) {
        let continuations = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for continuation in continuations { continuation.resume(with: result) }
    }
}

@Suite(.timeLimit(.minutes(1))) struct NodeCacheTests {
    private let clock = TestClock()
    private let registry = GatedRegistry()
    private let page: TelemetryPage

    init() throws { page = try TelemetryPage.anonymous() }

    private func cache(_ refresh: NodeCache.Refresh) -> NodeCache {
        NodeCache(
            refresh,
            timeToLive: .seconds(60),
            clock: IncidentClock(timeScale: .realTime, nanoseconds: clock.now),
            staleServed: page.counter("staleServed"),
            fetch: { [registry] in try await registry.fetch() }
        )
    }

    private var staleServed: Int64? { CacheStampedeRun.metric("staleServed", on: page) }

    /// The cache gets its first list, which expires then.
    private func fill(_ cache: NodeCache, with list: NodeList = GatedRegistry.list) async throws {
        async let first = cache.nodes()
        await registry.waitForFetches(1)
        registry.answer(.success(list))
        #expect(try await first == list)
        clock.advance(by: 61)
    }

    /// Ten callers at once, of whom `fetching` fetch; those who do not are answered before the registry is.
    private func callers(of cache: NodeCache, fetching: Int) async throws -> [NodeList] {
        try await withThrowingTaskGroup { group in
            for _ in 0..<10 { group.addTask { try await cache.nodes() } }
            await registry.waitForFetches(fetching)
            var lists: [NodeList] = []
            while lists.count < 10 - fetching, let list = try await group.next() { lists.append(list) }
            #expect(registry.waitingCount == fetching)
            registry.answer(.success(GatedRegistry.list))
            while let list = try await group.next() { lists.append(list) }
            return lists
        }
    }

    @Test(
        "A list is used for its time and not fetched again",
        arguments: [NodeCache.Refresh.everyCaller, .oneCaller]
    )
    func fresh(refresh: NodeCache.Refresh) async throws {
        let cache = cache(refresh)
        async let first = cache.nodes()
        await registry.waitForFetches(1)
        registry.answer(.success(GatedRegistry.list))
        _ = try await first
        clock.advance(by: 59)
        #expect(try await callers(of: cache, fetching: 0).allSatisfy { $0 == GatedRegistry.list })
        #expect(staleServed == 0)
    }

    @Test(
        "When the list expires, every caller fetches in the suspect, and one alone in both fixes",
        arguments: [
            (NodeCache.Refresh.everyCaller, 10), (.oneCallerUnlessEmpty, 1), (.oneCaller, 1),
        ]
    )
    func expiry(refresh: NodeCache.Refresh, fetching: Int) async throws {
        let cache = cache(refresh)
        try await fill(cache)
        let lists = try await callers(of: cache, fetching: fetching)
        #expect(lists == Array(repeating: GatedRegistry.list, count: 10))
        #expect(staleServed == Int64(10 - fetching))
        #expect(try await callers(of: cache, fetching: 0).count == 10)
    }

    @Test(
        "While the list is empty, every caller of the half fix fetches, and one alone in the fix",
        arguments: [
            (NodeCache.Refresh.everyCaller, 10), (.oneCallerUnlessEmpty, 10), (.oneCaller, 1),
        ]
    )
    func empty(refresh: NodeCache.Refresh, fetching: Int) async throws {
        let cache = cache(refresh)
        try await fill(cache, with: .empty)
        let lists = try await callers(of: cache, fetching: fetching)
        #expect(lists.count { $0.isEmpty } == 10 - fetching)
    }

    @Test("The half fix fetches an empty list anew although its time is not over, which the others do not")
    func freshAndEmpty() async throws {
        for refresh in [NodeCache.Refresh.everyCaller, .oneCaller] {
            let cache = cache(refresh)
            async let first = cache.nodes()
            await registry.waitForFetches(1)
            registry.answer(.success(.empty))
            _ = try await first
            #expect(try await callers(of: cache, fetching: 0).allSatisfy(\.isEmpty))
        }
        let half = cache(.oneCallerUnlessEmpty)
        async let first = half.nodes()
        await registry.waitForFetches(1)
        registry.answer(.success(.empty))
        _ = try await first
        #expect(try await callers(of: half, fetching: 10).count == 10)
    }

    @Test("Before the first list, the fix sends one caller to fetch and gives the others an empty list")
    func beginning() async throws {
        let lists = try await callers(of: cache(.oneCaller), fetching: 1)
        #expect(lists.count { $0.isEmpty } == 9)
    }

    @Test(
        "A refresh that fails keeps the old list and lets the next caller try",
        arguments: [
            NodeCache.Refresh.oneCaller, .oneCallerUnlessEmpty,
        ]
    )
    func failure(refresh: NodeCache.Refresh) async throws {
        let cache = cache(refresh)
        try await fill(cache)
        await withDiscardingTaskGroup { group in
            group.addTask { await #expect(throws: LabError.self) { try await cache.nodes() } }
            await registry.waitForFetches(1)
            group.addTask { await #expect(throws: Never.self) { try await cache.nodes() } }
            while staleServed == 0, !Task.isCancelled { await Task.yield() }
            registry.answer(.failure(LabError("registry: no answer")))
        }
        #expect(staleServed == 1)
        #expect(try await callers(of: cache, fetching: 1).allSatisfy { $0 == GatedRegistry.list })
    }
}
