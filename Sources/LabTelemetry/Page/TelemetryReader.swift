package import LabCore
import Synchronization

/// Reads a pod's page from outside, at any time, also after the pod was killed.
///
/// Cheap enough for ten readings of every pod a second: descriptors are decoded once, values are loads by index.
/// No content of the page can make it fail after it was opened, and numbers that no pod can have written are left out;
/// only a file that was cut short must not be read, see ``isWhole``.
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

    /// Whether the file is as long as it was when it was opened; to be asked before values are read.
    package var isWhole: Bool { table.file.isWhole }

    /// Whether something stands on the page that its writer cannot have written.
    package var hasNonsense: Bool {
        guard isWhole else { return false }
        return descriptors.count < end
            || descriptors.indices.contains { index in
                switch descriptors[index].kind {
                case .counter, .gauge: value(of: index) == nil
                case .timedGauge:
                    reading(of: index) == nil && table.load(slot: descriptors[index].slot + 1) != 0
                case .site: site(at: index) == nil
                case .histogram: value(of: index) == nil || histogram(at: index) == nil
                }
            }
    }

    /// Takes in descriptors that were published since.
    /// - Returns: whether there were any. Costs a system call and a load if not.
    @discardableResult
    package mutating func refresh() -> Bool {
        guard isWhole, table.count > end else { return false }
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
    ///
    /// `nil` for a number that cannot be.
    package func value(of index: Int) -> Int64? {
        let descriptor = descriptors[index]
        let slot = descriptor.kind == .site ? descriptor.slot + 1 : descriptor.slot
        let value = Int64(bitPattern: table.load(slot: slot))
        return Plausible.range(of: descriptor.kind).contains(value) ? value : nil
    }

    /// A timed gauge's last reading; `nil` if it was never read, is of the future or cannot be, or is none.
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
        let reading = TimedReading(value: Int64(bitPattern: value), nanoseconds: time)
        guard time != 0, time <= MonotonicClock.nanoseconds, Plausible.levels.contains(reading.value) else {
            return nil
        }
        return reading
    }

    /// A site's counts; `nil` for any other metric, and for numbers that cannot be.
    package func site(at index: Int) -> VariantResult.Site? {
        let descriptor = descriptors[index]
        guard descriptor.kind == .site else { return nil }
        // Live first: what is made in between then counts as created and not as live, never the other way round.
        let live = Int64(bitPattern: table.load(slot: descriptor.slot + 1))
        let created = Int64(bitPattern: table.load(slot: descriptor.slot))
        guard Plausible.counts.contains(created), Plausible.live.contains(live) else { return nil }
        return VariantResult.Site(
            site: descriptor.name,
            kind: descriptor.class == .task ? "task" : "instance",
            created: Int(created),
            live: Int(live)
        )
    }

    /// Every construction site, by name.
    package var sites: [VariantResult.Site] {
        guard isWhole else { return [] }
        return descriptors.indices.compactMap(site(at:)).sorted { $0.site < $1.site }
    }

    /// A histogram's counts; `nil` for any other metric, for counts that cannot be, and for a file that was cut short.
    ///
    /// The total is the sum of the buckets as they were read; sum and maximum are moved to where the buckets allow them.
    package func histogram(at index: Int) -> HistogramSnapshot? {
        let descriptor = descriptors[index]
        guard descriptor.kind == .histogram, isWhole else { return nil }
        var snapshot = HistogramSnapshot()
        for bucket in 0..<HistogramLayout.bucketCount {
            let count = table.load(slot: descriptor.slot + HistogramSlots.buckets + bucket)
            guard count > 0 else { continue }
            guard count <= Plausible.largestBucket else { return nil }
            snapshot.counts[bucket] = count
            snapshot.total &+= count
        }
        snapshot.sum = table.load(slot: descriptor.slot + HistogramSlots.sum)
        snapshot.maximum = table.load(slot: descriptor.slot + HistogramSlots.maximum)
        snapshot.moveIntoBuckets()
        return snapshot
    }
}

/// What numbers a page can hold if only its writer has written it; sums of a few of them never overflow.
private enum Plausible {
    static let counts: ClosedRange<Int64> = 0...1 << 56
    static let live: ClosedRange<Int64> = -1 << 56...1 << 56
    static let levels: ClosedRange<Int64> = -1 << 62...1 << 62
    static let largestBucket: UInt64 = 1 << 48

    static func range(of kind: MetricKind) -> ClosedRange<Int64> {
        switch kind {
        case .counter, .histogram: counts
        case .site: live
        case .gauge, .timedGauge: levels
        }
    }
}

extension HistogramSnapshot {
    /// Sum and maximum, which are read after the buckets or may have been overwritten, as the buckets allow them.
    fileprivate mutating func moveIntoBuckets() {
        guard let highest = counts.keys.max() else {
            (sum, maximum) = (0, 0)
            return
        }
        let isLast = highest == HistogramLayout.bucketCount - 1
        // Larger values than the layout knows count in the last bucket.
        let end = isLast ? 1 << 56 : HistogramLayout.upperBound(of: highest)
        maximum = min(max(maximum, HistogramLayout.lowerBound(of: highest)), end)
        var range = (low: UInt64(0), high: UInt64(0))
        for (bucket, count) in counts {
            let upper = bucket == highest ? maximum : HistogramLayout.upperBound(of: bucket)
            range.low.addProduct(count, HistogramLayout.lowerBound(of: bucket))
            range.high.addProduct(count, upper)
        }
        sum = min(max(sum, range.low), range.high)
    }
}

extension UInt64 {
    /// Stops at the largest number.
    fileprivate mutating func addProduct(_ left: UInt64, _ right: UInt64) {
        let (product, isTooLarge) = left.multipliedReportingOverflow(by: right)
        let (sum, overflow) = addingReportingOverflow(product)
        self = isTooLarge || overflow ? .max : sum
    }
}

/// One reading of a slow metric.
package struct TimedReading: Sendable, Hashable {
    package let value: Int64
    /// CLOCK_MONOTONIC.
    package let nanoseconds: UInt64
}
