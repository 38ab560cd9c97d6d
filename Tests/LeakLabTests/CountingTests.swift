import LabCore
import LabIncidents
import LabTelemetry
import Testing

@testable import LeakLab

@Suite("Metrics and the census")
struct CountingTests {
    private final class PriceCache: Sendable {
        private let counted = CountedInstance(of: PriceCache.self)
    }

    private final class Shelf<Item: Sendable>: Sendable {
        private let counted = CountedInstance(of: Shelf<Item>.self)
    }

    private func setup(_ page: TelemetryPage) -> HandlerSetup {
        HandlerSetup(IncidentContext(page: page), parameters: [])
    }

    @Test("of the user's are on the pod's page, as the incidents' are")
    func metrics() throws {
        let page = try TelemetryPage.anonymous()
        let setup = setup(page)
        let hits = try setup.counter("cache.hits")
        hits.add()
        hits.add(4)
        hits.add(-3)
        let entries = try setup.gauge("entriesBytes", unit: .bytes)
        entries.set(100)
        entries.add(20)
        entries.subtract(130)
        let lookup = try setup.histogram("lookup")
        lookup.record(.milliseconds(2))
        lookup.record(10)
        lookup.record(-1)
        let reader = try TelemetryReader(page)
        #expect(reader.descriptors.map(\.name) == ["cache.hits", "entriesBytes", "lookup"])
        #expect(reader.descriptors.map(\.kind) == [.counter, .gauge, .histogram])
        #expect(reader.descriptors.map(\.unit) == [.count, .bytes, .microseconds])
        #expect(reader.descriptors.allSatisfy { $0.class == .incident })
        #expect((0...2).map(reader.value(of:)) == [5, -10, 3])
        #expect(reader.histogram(at: 2)?.maximum == 2_000)
    }

    @Test("of one name are one metric")
    func sameName() throws {
        let page = try TelemetryPage.anonymous()
        try setup(page).counter("hits").add(2)
        try setup(page).counter("hits").add(3)
        let reader = try TelemetryReader(page)
        #expect(reader.descriptors.count == 1 && reader.value(of: 0) == 5)
    }

    @Test(
        "cannot have a name that is malformed, the lab's, or another's",
        arguments: [
            ("", "metric “” cannot be called that"),
            ("cache hits", "metric “cache hits” cannot be called that"),
            ("1st", "metric “1st” cannot be called that"),
            (
                String(repeating: "a", count: 57),
                "metric “\(String(repeating: "a", count: 57))” cannot be called that"
            ),
            ("heap", "metric “heap” is the lab's own"),
            ("rss", "metric “rss” is the lab's own"),
            ("latency", "metric “latency” is the lab's own"),
            ("taken", "metric “taken” is registered already, as gauge in bytes"),
        ]
    )
    func refused(name: String, complaint: String) throws {
        let setup = setup(try .anonymous())
        _ = try setup.gauge("taken", unit: .bytes)
        for attempt in [
            { _ = try setup.counter(name) }, { _ = try setup.histogram(name, unit: .bytes) },
            { _ = try setup.gauge(name) },
        ] {
            let error = #expect(throws: LabError.self) { try attempt() }
            #expect(error?.description == complaint)
        }
    }

    @Test("beyond what a page has room for are refused")
    func full() throws {
        let setup = setup(try .anonymous())
        var made = 0
        let error = #expect(throws: LabError.self) {
            for number in 0..<1_000 {
                _ = try setup.counter("c\(number)")
                made += 1
            }
        }
        #expect(made > 200)
        #expect(error?.description == "metric “c\(made)”: there is no room for more")
    }

    @Test("count instances up where they are made and down where they end, by their type")
    func instances() async throws {
        try await Census.isolated { page in
            var caches = (0..<5).map { _ in PriceCache() }
            let shelves = [Shelf<Int>()]
            let other = Shelf<String>()
            caches.removeLast(3)
            let sites = Census.snapshot()
            #expect(sites.first { $0.site == "PriceCache" }?.live == 2)
            #expect(sites.first { $0.site == "PriceCache" }?.created == 5)
            #expect(sites.first { $0.site == "Shelf" }?.live == 2)
            #expect(sites.allSatisfy { $0.kind == "instance" })
            withExtendedLifetime((caches, shelves, other)) {}
        }
    }

    @Test("count tasks from where they are made to their end, whatever they return or throw")
    func tasks() async throws {
        struct Broken: Error {}
        try await Census.isolated { page in
            let (gate, opened) = AsyncStream.makeStream(of: Void.self)
            let waiting = Task.counted("Cache.refresh") {
                for await _ in gate {}
                return 5
            }
            let failing = Task.counted("Cache.refresh") { throw Broken() }
            await #expect(throws: Broken.self) { try await failing.value }
            var site = try #require(Census.snapshot().first { $0.site == "Cache.refresh" })
            #expect(site.kind == "task" && site.created == 2 && site.live == 1)
            opened.finish()
            #expect(await waiting.value == 5)
            site = try #require(Census.snapshot().first { $0.site == "Cache.refresh" })
            #expect(site.created == 2 && site.live == 0)
        }
    }

    @Test("keep a counted task on the actor that made it")
    func isolation() async throws {
        actor Cache {
            var refreshed = 0
            func refresh() -> Task<Void, Never> { Task.counted("Cache.refresh") { self.refreshed += 1 } }
        }
        let cache = Cache()
        await cache.refresh().value
        #expect(await cache.refreshed == 1)
    }

    @Test(
        "write sites as expectations can name them",
        arguments: [
            ("Cache.refresh", "Cache.refresh"), ("a b/c", "a-b-c"), ("", "unnamed"),
            (String(repeating: "x", count: 80), String(repeating: "x", count: 56)),
        ]
    )
    func siteNames(given: String, written: String) {
        #expect(SiteCache.written(given) == written)
        #expect(SiteCache.name(of: "Shelf<Int>") == "Shelf")
    }
}
