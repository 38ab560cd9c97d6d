import Foundation
import LabCluster
import LabCore

/// What a runtime says of its heap at one look.
struct HeapFacts: Hashable {
    /// Bytes that a collection of the whole heap left; `nil` if there was none since the last look.
    var live: Double?
    /// How long ago that was, where it is known.
    var secondsAgo: Double?
    /// Bytes.
    var ceiling: Double?
    var collections: Double?
    var pauseSeconds: Double?
}

/// Live heap of a Go program, from the metrics of its Prometheus client.
///
/// The goal of the next collection is what the last one left, and as much more as GOGC says (runtime, *mgcpacer.go*): goal = live +
/// (live + stacks) × GOGC / 100. Under GOMEMLIMIT the goal is held down, and says nothing of what lives.
struct GoHeap {
    private var collections: Double?

    private static let live = "go_gc_heap_live_bytes"
    private static let goal = "go_memstats_next_gc_bytes"
    private static let allocated = "go_memstats_heap_alloc_bytes"
    private static let stacks = "go_memstats_stack_inuse_bytes"
    private static let system = "go_memstats_sys_bytes"
    private static let heapSystem = "go_memstats_heap_sys_bytes"
    private static let percent = "go_gc_gogc_percent"
    private static let limit = "go_gc_gomemlimit_bytes"
    private static let count = "go_gc_duration_seconds_count"
    private static let pause = "go_gc_duration_seconds_sum"
    private static let last = "go_memstats_last_gc_time_seconds"

    static let metrics: Set<String> = [
        live, goal, allocated, stacks, system, heapSystem, percent, limit, count, pause, last,
    ]

    /// A goal so near the limit is held down by it.
    private static let nearLimit = 0.9

    /// - Parameters:
    ///   - reading: of the page.
    ///   - settings: of the process.
    ///   - isFresh: a collection was asked for just before.
    /// - Returns: `nil` without a page.
    mutating func read(
        _ reading: PrometheusText.Reading?,
        _ settings: HeapSettings,
        isFresh: Bool
    ) -> HeapFacts? {
        guard let values = reading?.values else { return nil }
        let count = values[Self.count]
        let limit = values[Self.limit].flatMap { $0 < 0x1p60 ? $0 : nil } ?? settings.ceiling.map(Double.init)
        var facts = HeapFacts(
            ceiling: limit ?? values[Self.goal],
            collections: count,
            pauseSeconds: values[Self.pause]
        )
        let marker = count ?? values[Self.goal]
        guard let marker, marker != collections else { return facts }
        collections = marker
        facts.live =
            values[Self.live] ?? fromGoal(values, settings, limit) ?? (isFresh ? values[Self.allocated] : nil)
        facts.secondsAgo = values[Self.last].map { Self.now - $0 }.flatMap {
            (0...120).contains($0) ? $0 : nil
        }
        return facts
    }

    private func fromGoal(_ values: [String: Double], _ settings: HeapSettings, _ limit: Double?) -> Double? {
        guard let goal = values[Self.goal], let percent = values[Self.percent] ?? settings.growthPercent,
            percent > 0,
            percent < 10_000
        else { return nil }
        if let limit {
            let outside = (values[Self.system] ?? 0) - (values[Self.heapSystem] ?? 0)
            guard goal + outside < Self.nearLimit * limit else { return nil }
        }
        let growth = percent / 100
        return max(0, goal - growth * (values[Self.stacks] ?? 0)) / (1 + growth)
    }

    /// Seconds since 1970.
    private static var now: Double { Date().timeIntervalSince1970 }
}

/// Live heap of a JVM, from what it writes of itself; where it writes nothing, from the metrics of Micrometer or of the JMX exporter.
struct JVMHeap {
    private var fullCollections: Int64?
    private var reported: Double?

    /// Micrometer: of the old generation, after a collection of it.
    private static let live = "jvm_gc_live_data_size_bytes"
    /// JMX exporter and Prometheus' client: by pool, after the last collection of that.
    private static let pools = "jvm_memory_pool_collection_used_bytes"
    private static let maximum = "jvm_memory_max_bytes"
    private static let counts = ["jvm_gc_pause_seconds_count", "jvm_gc_collection_seconds_count"]
    private static let pauses = ["jvm_gc_pause_seconds_sum", "jvm_gc_collection_seconds_sum"]

    static let metrics = Set([live, pools, maximum] + counts + pauses)

    mutating func read(_ counters: JVMCounters?, _ reading: PrometheusText.Reading?) -> HeapFacts? {
        guard let counters else { return reading.map { read($0) } }
        var facts = HeapFacts(
            ceiling: counters.heapCeiling.map(Double.init),
            collections: counters.collections.map(Double.init),
            pauseSeconds: counters.pauseSeconds
        )
        guard let full = counters.fullCollections, full > 0, full != fullCollections else { return facts }
        // What a young collection has promoted since is not known to live.
        fullCollections = full
        facts.live = Double(counters.used)
        return facts
    }

    private mutating func read(_ reading: PrometheusText.Reading) -> HeapFacts {
        let heap = MetricSelector("\(Self.maximum){area=\"heap\"}").flatMap { reading.value(of: $0) }
        var facts = HeapFacts(
            ceiling: heap.flatMap { $0 > 0 ? $0 : nil },
            collections: Self.counts.lazy.compactMap { reading.values[$0] }.first,
            pauseSeconds: Self.pauses.lazy.compactMap { reading.values[$0] }.first
        )
        let old = (reading.samples[Self.pools] ?? []).filter { sample in
            sample.labels["pool"].map { $0.hasSuffix("Old Gen") || $0.hasSuffix("Tenured Gen") } ?? false
        }
        let live = reading.values[Self.live] ?? (old.isEmpty ? nil : old.reduce(0) { $0 + $1.value })
        guard let live, live > 0, live != reported else { return facts }
        reported = live
        facts.live = live
        return facts
    }
}
