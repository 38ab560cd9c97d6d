import LabCore
import Testing

@testable import LabTelemetry

@Suite struct TelemetryPageTests {
    @Test("A reader sees every kind of metric under its name")
    func kinds() throws {
        let page = try TelemetryPage.anonymous()
        page.counter("events").add(3)
        page.gauge("level", unit: .bytes).store(7)
        page.timedGauge("heap", unit: .bytes).store(1_000, at: 55)
        page.histogram("latency").record(250)
        page.site("Cache", kind: .instance).enter()

        let reader = try TelemetryReader(page)
        #expect(
            reader.descriptors.map(\.name) == ["events", "level", "heap", "latency", "Cache", "instances"]
        )
        #expect(reader.index(of: "events").map(reader.value(of:)) == 3)
        #expect(reader.index(of: "level").map(reader.value(of:)) == 7)
        #expect(
            reader.index(of: "heap").map(reader.reading(of:)) == TimedReading(value: 1_000, nanoseconds: 55)
        )
        #expect(reader.index(of: "latency").map(reader.value(of:)) == 1)
        let site = VariantResult.Site(site: "Cache", kind: "instance", created: 1, live: 1)
        #expect(reader.sites == [site])
    }

    @Test("The same name and kind is the same metric; another kind is another one")
    func sameName() throws {
        let page = try TelemetryPage.anonymous()
        page.counter("a").add()
        page.counter("a").add()
        page.gauge("a").store(9)
        let reader = try TelemetryReader(page)
        #expect(reader.descriptors.count == 2)
        #expect(reader.index(of: "a", .counter).map(reader.value(of:)) == 2)
        #expect(reader.index(of: "a", .gauge).map(reader.value(of:)) == 9)
    }

    @Test("A gauge that fell below zero reads negative")
    func negative() throws {
        let page = try TelemetryPage.anonymous()
        page.gauge("level").subtract(2)
        let reader = try TelemetryReader(page)
        #expect(reader.index(of: "level").map(reader.value(of:)) == -2)
    }

    @Test("A page opened again finds its metrics and goes on with them")
    func reopening() throws {
        let scratch = try ScratchFolder()
        let path = scratch.file("page")
        try TelemetryPage.create(at: path).counter("events").add(5)
        let again = try TelemetryPage.open(at: path)
        again.counter("events").add(1)
        again.counter("more").add(1)
        let reader = try TelemetryReader(openingPageAt: path)
        #expect(reader.descriptors.map(\.name) == ["events", "more"])
        #expect(reader.index(of: "events").map(reader.value(of:)) == 6)
    }

    @Test("A reader takes in metrics that are registered later")
    func refreshing() throws {
        let page = try TelemetryPage.anonymous()
        var reader = try TelemetryReader(page)
        var found = [reader.refresh()]
        page.counter("late").add(4)
        found += [reader.refresh(), reader.refresh()]
        #expect(found == [false, true, false])
        #expect(reader.index(of: "late").map(reader.value(of:)) == 4)
    }

    @Test("When the descriptors run out, metrics of a kind share one called other")
    func descriptorsRunOut() throws {
        let page = try TelemetryPage.anonymous()
        for number in 0..<300 { page.counter("counter \(number)").add() }
        page.gauge("late gauge").store(5)
        page.histogram("late histogram").record(5)
        page.site("late site", kind: .task).enter()
        page.timedGauge("late timed gauge").store(5, at: 1)
        let reader = try TelemetryReader(page)
        let distinct = 256 - PageLayout.reservedDescriptors
        #expect(reader.descriptors.count == 256)
        #expect(reader.index(of: "other", .counter).map(reader.value(of:)) == Int64(300 - distinct))
        #expect(reader.index(of: "other", .histogram).map(reader.value(of:)) == 1)
        #expect(reader.index(of: "other", .site).map(reader.value(of:)) == 1)
        #expect(reader.index(of: "other", .timedGauge).map(reader.value(of:)) == 5)
    }

    @Test("When the slots run out, histograms share one, and small metrics still fit")
    func slotsRunOut() throws {
        let page = try TelemetryPage.anonymous(size: PageLayout.minimumSize + 600 * 8)
        for number in 0..<4 { page.histogram("histogram \(number)").record(7) }
        page.counter("small").add()
        let reader = try TelemetryReader(page)
        #expect(reader.index(of: "histogram 0").map(reader.value(of:)) == 1)
        #expect(reader.index(of: "other", .histogram).map(reader.value(of:)) == 3)
        #expect(reader.index(of: "small").map(reader.value(of:)) == 1)
    }

    @Test("Long names are cut at a character, and stay the same metric", arguments: ["x", "é", "🧪"])
    func longNames(letter: String) throws {
        let page = try TelemetryPage.anonymous()
        let name = String(repeating: letter, count: 70)
        page.counter(name).add()
        page.counter(name).add()
        let reader = try TelemetryReader(page)
        let cut = try #require(reader.descriptors.first?.name)
        #expect(name.hasPrefix(cut))
        #expect((53...56).contains(cut.utf8.count))
        #expect(reader.value(of: 0) == 2)
    }

    @Test("A name without letters counts as other")
    func emptyName() throws {
        let page = try TelemetryPage.anonymous()
        page.counter("").add()
        let reader = try TelemetryReader(page)
        #expect(reader.descriptors.map(\.name) == ["other"])
        #expect(reader.value(of: 0) == 1)
    }

    @Test("A histogram in a page counts as the value type does", arguments: [1, 2, 3] as [UInt64])
    func histograms(seed: UInt64) throws {
        let page = try TelemetryPage.anonymous()
        let handle = page.histogram("h")
        var expected = HistogramSnapshot()
        var random = SplitMix64(seed: seed)
        for _ in 0..<5_000 {
            let value = random.next() >> (random.next() % 64)
            handle.record(value)
            expected.record(value)
        }
        let reader = try TelemetryReader(page)
        // Beyond what the buckets know, a larger maximum cannot be.
        expected.maximum = min(expected.maximum, 1 << 56)
        #expect(reader.histogram(at: 0) == expected)
    }

    @Test("Tasks that register and count at once lose nothing")
    func concurrency() async throws {
        let page = try TelemetryPage.anonymous()
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<400 { page.counter("counter \((number + task) % 20)").add() }
                }
            }
        }
        let reader = try TelemetryReader(page)
        #expect(Set(reader.descriptors.map(\.name)).count == 20)
        #expect(reader.descriptors.count == 20)
        for index in reader.descriptors.indices { #expect(reader.value(of: index) == 160) }
    }
}
