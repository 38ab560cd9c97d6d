import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct NeverEvictingCacheOutageTests {
    @Test("In an outage what is cached is served, expired or not, and what is not cached is not")
    func outage() async throws {
        try await ItemService.with("no-janitor") { service in
            await service.request(0..<10)
            service.clock.advance(by: .seconds(9_000))
            await service.request(10..<20)
            service.clock.advance(by: .seconds(2_000))
            await service.set(.down)
            await service.request(0..<30)
            #expect(service.metric("staleServed") == 10)
            #expect(service.metric("hits") == 10)
            #expect(service.metric("unserved") == 10)
            #expect(service.metric("databaseErrors") == 20)
            #expect(service.metric("requestsInOutage") == 30)
            #expect(service.metric("servedInOutage") == 20)
            #expect(service.databaseMetric("databaseConnections") == 0)
            #expect(service.events.failed == 0)
            await service.set(.normal)
            await service.request(0..<30)
            #expect(service.metric("databaseLoads") == 40)
            #expect(service.metric("unserved") == 10)
            #expect(service.metric("requestsInOutage") == 30)
        }
    }

    @Test(
        "What a cache has let go of cannot be served in an outage",
        arguments: [("no-janitor", 20), ("janitor", 10), ("lru-count", 4)] as [(String, Int64)]
    )
    func servedInOutage(handler: String, served: Int64) async throws {
        try await ItemService.with(handler, values: ["entries": .wholeNumber(4)]) { service in
            await service.request(0..<10)
            service.clock.advance(by: .seconds(3_600 * 2))
            await service.request(10..<20)
            if handler == "janitor" {
                await service.events.wait(until: "sweeps", is: 1)
                await service.waitForSleepers()
            }
            service.clock.advance(by: .seconds(3_600))
            if handler == "janitor" { await service.events.wait(until: "swept", is: 10) }
            await service.set(.down)
            await service.request(0..<20)
            #expect(service.metric("servedInOutage") == served)
            #expect(service.metric("requestsInOutage") == 20)
        }
    }

    @Test("An answer that takes too long is none, and one that takes a little is one")
    func slow() async throws {
        try await ItemService.with("no-janitor") { service in
            await service.set(.slow(.milliseconds(20)))
            await service.request([1])
            #expect(service.metric("databaseLoads") == 1)
            await service.set(.slow(.seconds(30)))
            await service.request([2])
            #expect(service.metric("unserved") == 1)
            #expect(service.metric("requestsInOutage") == 0)
        }
    }

    @Test("Rows follow from key and seed, and differ between them")
    func rows() throws {
        let page = try TelemetryPage.anonymous()
        let (first, again, other) = (
            ItemDatabaseClients(IncidentContext(seed: 1, page: page)),
            ItemDatabaseClients(IncidentContext(seed: 1, page: page)),
            ItemDatabaseClients(IncidentContext(seed: 2, page: page))
        )
        let row = first.row(for: "p-1")
        #expect(row == again.row(for: "p-1"))
        #expect(row != again.row(for: "p-2"))
        #expect(row != other.row(for: "p-1"))
    }

    @Test("Both conversions give the database's columns")
    func conversion() async throws {
        try await Census.isolated { page in
            let row = ItemDatabaseClients(IncidentContext(seed: 3, page: page)).row(for: "p-7")
            let object = PointerConversion(site: Census.site("ItemConversion", kind: .instance))
                .result(of: row)
            var random = SplitMix64(seed: 3, text: "p-7".utf8)
            let columns = (0..<Item.columnCount).map { _ in Int64(bitPattern: random.next()) }
            #expect(object.item == Item { columns[$0] })
            #expect(ValueConversion().result(of: row) == Item { columns[$0] })
            #expect((0..<Item.columnCount).map { object.item[$0] } == columns)
            #expect(MemoryLayout<Item>.size == Item.byteCount)
        }
    }

    @Test(
        "Keys are escaped for addresses",
        arguments: [("p-12", "p-12"), ("a b/ü", "a%20b%2F%C3%BC"), ("..%\n~_", "..%25%0A~_")]
    )
    func escaping(key: String, escaped: String) {
        #expect(ItemDatabaseClient.escaped(key) == escaped)
    }

    @Test("Any key can be asked for", arguments: ["größe", "a b", "../..", "?x=1#y", "%00", "\u{7f}"])
    func oddKeys(key: String) async throws {
        try await ItemService.with("no-janitor") { service in
            await service.events.handle([#"{"player":"\#(key)"}"#])
            #expect(service.metric("databaseLoads") == 1)
        }
    }
}
