import Foundation
import LabCore
import Synchronization
import Testing

@testable import LabTelemetry

@Suite struct TelemetryReaderTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func samplePage() throws -> [UInt8] {
        let page = try TelemetryPage.create(at: scratch.file("page"), size: PageLayout.minimumSize + 16_384)
        page.counter("events").add(3)
        page.histogram("latency").record(9)
        page.site("Cache.worker", kind: .task).enter()
        page.timedGauge("heap").store(1, at: 2)
        return try scratch.bytes(of: "page")
    }

    /// Uses everything a reader has.
    private func readAll(_ path: String) throws -> TelemetryReader {
        var reader = try TelemetryReader(openingPageAt: path)
        reader.refresh()
        for index in reader.descriptors.indices {
            _ = reader.value(of: index)
            _ = reader.reading(of: index)
            _ = reader.site(at: index)
            _ = reader.histogram(at: index)
        }
        return reader
    }

    @Test("A page whose bytes were overwritten at random is read or refused, never fatal", arguments: 0..<40)
    func corruption(seed: Int) throws {
        var bytes = try samplePage()
        var random = SplitMix64(seed: UInt64(seed))
        for _ in 0..<(1 << (seed % 12)) {
            // Half of the damage in the header and the first descriptors, where it matters.
            let range = random.next() % 2 == 0 ? 1_024 : UInt64(bytes.count)
            bytes[Int(random.next() % range)] = UInt8(truncatingIfNeeded: random.next())
        }
        let path = try scratch.write(bytes, to: "damaged")
        _ = try? readAll(path)
    }

    @Test("A page cut short is refused", arguments: [0, 1, 8, 127, 4_096, PageLayout.minimumSize - 1])
    func truncation(size: Int) throws {
        let path = try scratch.write(try samplePage().prefix(size), to: "cut")
        #expect(throws: LabError.self) { try readAll(path) }
    }

    @Test("A page that is cut short while it is open says so, and says nothing else", arguments: [0, 4_096])
    func truncationWhileOpen(size: off_t) throws {
        let page = try TelemetryPage.create(at: scratch.file("open"))
        page.site("Cache.worker", kind: .task).enter()
        page.histogram("latency").record(9)
        var reader = try TelemetryReader(openingPageAt: scratch.file("open"))
        #expect(reader.isWhole)
        #expect(truncate(scratch.file("open"), size) == 0)
        #expect(!reader.isWhole && !reader.hasNonsense && !reader.refresh())
        #expect(reader.sites.isEmpty)
        #expect(reader.histogram(at: try #require(reader.index(of: "latency"))) == nil)
    }

    @Test("A page that was removed, or replaced by a shorter one, is read on")
    func replacement() throws {
        let page = try TelemetryPage.create(at: scratch.file("open"))
        page.counter("events").add(3)
        let reader = try TelemetryReader(openingPageAt: scratch.file("open"))
        try FileManager.default.removeItem(atPath: scratch.file("open"))
        #expect(reader.isWhole && reader.value(of: 0) == 3)
        _ = try scratch.write([1], to: "open")
        #expect(reader.isWhole && reader.value(of: 0) == 3)
    }

    @Test("Numbers that cannot be are left out, and noticed", arguments: [UInt64.max, 1 << 63, 1 << 60])
    func nonsense(number: UInt64) throws {
        let page = try TelemetryPage.anonymous()
        let (counter, histogram) = (page.counter("events"), page.histogram("latency"))
        let (heap, site) = (page.timedGauge("heap"), page.site("Cache.worker", kind: .task))
        counter.add(3)
        histogram.record(9)
        heap.store(1, at: 2)
        site.enter()
        var reader = try TelemetryReader(page)
        reader.refresh()
        #expect(!reader.hasNonsense)
        counter.store(number)
        heap.store(1, at: number)
        histogram.record(9, count: number >> 1)
        histogram.record(.max)
        for index in reader.descriptors.indices {
            switch reader.descriptors[index].kind {
            case .counter: #expect(reader.value(of: index) == nil)
            case .timedGauge: #expect(reader.reading(of: index) == nil)
            case .histogram: #expect(reader.histogram(at: index) == nil)
            default: break
            }
        }
        #expect(reader.hasNonsense)
    }

    @Test("A histogram's sum and maximum lie where its buckets allow them")
    func inconsistentHistogram() throws {
        let page = try TelemetryPage.create(at: scratch.file("page"))
        page.histogram("latency").record(100)
        let slots = (PageLayout.slotsWord + PageLayout.overflowSlots) * 8
        var bytes = try scratch.bytes(of: "page")
        for word in [HistogramSlots.sum, HistogramSlots.maximum] {
            for byte in 0..<8 { bytes[slots + word * 8 + byte] = 0xff }
        }
        let reader = try TelemetryReader(openingPageAt: try scratch.write(bytes, to: "damaged"))
        let histogram = try #require(reader.histogram(at: 0))
        #expect(histogram.maximum == 103 && histogram.sum == 103)
    }

    @Test("A page that lost its tail keeps the metrics that lie before the cut")
    func truncatedSlots() throws {
        let path = try scratch.write(try samplePage().prefix(PageLayout.minimumSize + 8), to: "cut")
        #expect(try readAll(path).descriptors.map(\.name) == ["events"])
    }

    @Test("A page of another version is refused by number")
    func version() throws {
        var bytes = try samplePage()
        bytes[PageLayout.versionWord * 8] = 9
        let path = try scratch.write(bytes, to: "newer")
        let error = #expect(throws: LabError.self) { try readAll(path) }
        #expect(
            try #require(error).description == "\(path): telemetry page of version 9, this program reads 1"
        )
    }

    @Test("A count of descriptors beyond the table reads as a full table")
    func impossibleCount() throws {
        var bytes = try samplePage()
        for offset in 0..<8 { bytes[PageLayout.descriptorCountWord * 8 + offset] = 0xff }
        let path = try scratch.write(bytes, to: "count")
        let names = try readAll(path).descriptors.map(\.name)
        #expect(names == ["events", "latency", "Cache.worker", "tasks", "heap"])
    }

    @Test("A descriptor survives the way through its words", arguments: MetricKind.allCases)
    func descriptorWords(kind: MetricKind) throws {
        let descriptor = MetricDescriptor(name: "größe", kind: kind, unit: .bytes, class: .incident, slot: 77)
        #expect(MetricDescriptor(words: descriptor.words, slotCount: 77 + kind.slotCount) == descriptor)
        #expect(MetricDescriptor(words: descriptor.words, slotCount: 76 + kind.slotCount) == nil)
    }

    @Test(
        "A name with a control character is no metric's",
        arguments: ["a\u{1B}[31m", "a\nb", "\u{7F}", "a\u{9B}b"]
    )
    func controlCharacters(name: String) {
        let descriptor = MetricDescriptor(name: name, kind: .gauge, unit: .count, class: .incident, slot: 7)
        #expect(MetricDescriptor(words: descriptor.words, slotCount: 8) == nil)
    }

    @Test("A unit survives the way through its descriptor's words", arguments: MetricUnit.allCases)
    func unitWords(unit: MetricUnit) throws {
        let descriptor = MetricDescriptor(name: "x", kind: .gauge, unit: unit, class: .incident, slot: 7)
        #expect(MetricDescriptor(words: descriptor.words, slotCount: 8) == descriptor)
        var words = descriptor.words
        words[0] |= 0xff00
        #expect(MetricDescriptor(words: words, slotCount: 8) == nil)
    }

    @Test("A timed gauge that was never read has no reading")
    func unreadGauge() throws {
        let page = try TelemetryPage.anonymous()
        _ = page.timedGauge("heap")
        _ = page.counter("events")
        let reader = try TelemetryReader(page)
        #expect(reader.reading(of: 0) == nil)
        #expect(reader.reading(of: 1) == nil)
    }

    @concurrent
    private func write(to gauge: TimedGauge) async {
        for number in UInt64(2)...50_000 { gauge.store(number, at: number) }
    }

    @Test("Every reading of a timed gauge that is being written fits its time, or is one newer")
    func timedGaugeRace() async throws {
        let page = try TelemetryPage.anonymous()
        let gauge = page.timedGauge("heap")
        gauge.store(1, at: 1)
        let reader = try TelemetryReader(page)
        async let writing: Void = write(to: gauge)
        var fits = true
        for _ in 0..<50_000 {
            guard let reading = reader.reading(of: 0) else { continue }
            fits = fits && reading.value >= Int64(reading.nanoseconds)
        }
        await writing
        #expect(fits)
        #expect(reader.reading(of: 0) == TimedReading(value: 50_000, nanoseconds: 50_000))
    }
}
