package import LabCore
import Synchronization

/// Reads a pod's page from outside, at any time, also after the pod was killed.
///
/// Cheap enough for ten readings of every pod a second: descriptors are decoded once, values are loads by index.
/// No content of the page can make it fail after it was opened.
package struct TelemetryReader: Sendable {
    /// What the page holds, in the order of registration, as of the last ``refresh()``.
    ///
    /// Indices stay valid.
    package private(set) var descriptors: [MetricDescriptor] = []
    private let table: PageTable
    private var end = 0

    /// - Throws: ``LabError`` if the file is missing, too small, or no telemetry page of this version.
    package init(openingPageAt path: String) throws {
        let file = try MappedFile.open(at: path, isWritable: false, minimumSize: PageLayout.minimumSize)
        table = try PageTable(of: file, named: path)
        refresh()
    }

    /// Reads a page of this process.
    /// - Throws: ``LabError`` if the page's own header has been overwritten.
    package init(_ page: TelemetryPage) throws {
        table = try PageTable(of: page.file, named: "page")
        refresh()
    }

    /// Takes in descriptors that were published since.
    /// - Returns: whether there were any. Costs one load if not.
    @discardableResult
    package mutating func refresh() -> Bool {
        guard table.count > end else { return false }
        let found = table.descriptors(from: end)
        descriptors += found.readable
        end = found.end
        return !found.readable.isEmpty
    }

    /// The metric's index; `nil` if the page has none of that name, or not of that kind.
    package func index(of name: String, _ kind: MetricKind? = nil) -> Int? {
        descriptors.firstIndex { $0.name == name && (kind == nil || $0.kind == kind) }
    }

    /// The present value of a counter or gauge; a site's live count; a histogram's number of recorded values.
    package func value(of index: Int) -> Int64 {
        let descriptor = descriptors[index]
        let slot = descriptor.kind == .site ? descriptor.slot + 1 : descriptor.slot
        return Int64(bitPattern: table.load(slot: slot))
    }

    /// A timed gauge's last reading; `nil` if it was never read, or is none.
    package func reading(of index: Int) -> TimedReading? {
        let descriptor = descriptors[index]
        guard descriptor.kind == .timedGauge else { return nil }
        var time = table.load(slot: descriptor.slot + 1)
        var value = time
        // The writer stores the value, then the time. A time that stands before and after has its own value or, for
        // an instant, the next one.
        for _ in 0..<3 {
            atomicMemoryFence(ordering: .acquiring)
            value = table.load(slot: descriptor.slot)
            let again = table.load(slot: descriptor.slot + 1)
            if again == time { break }
            time = again
        }
        return time == 0 ? nil : TimedReading(value: Int64(bitPattern: value), nanoseconds: time)
    }

    /// A site's counts; `nil` for any other metric.
    package func site(at index: Int) -> VariantResult.Site? {
        let descriptor = descriptors[index]
        guard descriptor.kind == .site else { return nil }
        // Live first: what is made in between then counts as created and not as live, never the other way round.
        let live = Int64(bitPattern: table.load(slot: descriptor.slot + 1))
        let created = Int64(bitPattern: table.load(slot: descriptor.slot))
        return VariantResult.Site(
            site: descriptor.name,
            kind: descriptor.class == .task ? "task" : "instance",
            created: Int(created),
            live: Int(live)
        )
    }

    /// Every construction site, by name.
    package var sites: [VariantResult.Site] {
        descriptors.indices.compactMap(site(at:)).sorted { $0.site < $1.site }
    }

    /// A histogram's counts; `nil` for any other metric.
    ///
    /// The total is the sum of the buckets as they were read.
    package func histogram(at index: Int) -> HistogramSnapshot? {
        let descriptor = descriptors[index]
        guard descriptor.kind == .histogram else { return nil }
        var snapshot = HistogramSnapshot()
        for bucket in 0..<HistogramLayout.bucketCount {
            let count = table.load(slot: descriptor.slot + HistogramSlots.buckets + bucket)
            guard count > 0 else { continue }
            snapshot.counts[bucket] = count
            snapshot.total &+= count
        }
        snapshot.sum = table.load(slot: descriptor.slot + HistogramSlots.sum)
        snapshot.maximum = table.load(slot: descriptor.slot + HistogramSlots.maximum)
        return snapshot
    }
}

/// One reading of a slow metric.
package struct TimedReading: Sendable, Hashable {
    package let value: Int64
    /// CLOCK_MONOTONIC.
    package let nanoseconds: UInt64
}
