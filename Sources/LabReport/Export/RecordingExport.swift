package import LabCore

/// A whole recording as one JSON document, for programs.
///
/// It holds every sample, event, exit and histogram, and the result if there is one. Times are nanoseconds of wall
/// time since the start of the run.
package enum RecordingExport {
    /// - Throws: an `EncodingError` only if the encoder itself fails; no recording makes it.
    package static func render(_ recording: RecordedRun, result: RunResult? = nil) throws -> String {
        try JSONText.line(RecordingDocument(recording, result))
    }
}

/// The keys of the export.
///
/// Metrics are sorted by name, all else keeps the order of the recording.
private struct RecordingDocument: Encodable {
    struct Samples: Encodable {
        var metric: String
        var times: [Int64]
        var values: [Double]
    }

    struct Life: Encodable {
        var index: Int
        /// Which of its variant's segments it was started for.
        var segment: Int
        var pid: Int32
        var start: Int64
        var end: Int64?
        var exit: PodExit?
        var quiescentFrom: Int64?
        /// When the kernel killed another process of the pod for memory.
        var processKills: [Int64]
        var sites: [VariantResult.Site]
        var latency: Histogram
        var eventAge: Histogram
        var series: [Samples]
    }

    /// Microseconds: the least value of each bucket that counted anything, and how many it counted.
    struct Histogram: Encodable {
        struct Bucket: Encodable {
            var from: UInt64
            var count: UInt64
        }

        var total: UInt64
        var maximum: UInt64
        var buckets: [Bucket]

        init(_ snapshot: HistogramSnapshot) {
            total = snapshot.total
            maximum = snapshot.maximum
            buckets = snapshot.counts.filter { (0..<HistogramLayout.bucketCount).contains($0.key) }
                .sorted { $0.key < $1.key }
                .map { Bucket(from: HistogramLayout.lowerBound(of: $0.key), count: $0.value) }
        }
    }

    struct Pod: Encodable {
        var name: String
        var memoryLimit: Int64?
        var lives: [Life]
    }

    /// As ``LedgerCounts``, but for what nobody counted.
    struct Ledger: Encodable {
        var produced: Int
        var processed: Int
        /// `null` if the lab died before it could count them.
        @NullCoded var lost: Int?
        var duplicated: Int
        var failed: Int
        var droppedByBroker: Int

        init(_ counts: LedgerCounts, isCutOff: Bool) {
            (produced, processed, lost) = (counts.produced, counts.processed, isCutOff ? nil : counts.lost)
            (duplicated, failed) = (counts.duplicated, counts.failed)
            droppedByBroker = counts.droppedByBroker
        }
    }

    struct Variant: Encodable {
        var header: VariantHeader
        var ledger: Ledger
        var partitions: [VariantResult.Partition]
        var series: [Samples]
        var pods: [Pod]
    }

    struct Process: Encodable {
        var name: String
        var series: [Samples]
    }

    /// What pods and companions said of one.
    struct Metric: Encodable {
        var name: String
        var kind: VariantResult.Metric.Kind
        var unit: MetricUnit
    }

    var schema = 1
    var header: RunHeader
    var state: RunState
    var invalidBecause: [String]
    var productionEnded: Int64?
    var scheduleDelay: Histogram
    var timeline: [TimelineEvent]
    var metrics: [Metric]
    var variants: [Variant]
    var processes: [Process]
    var result: RunResult?

    init(_ recording: RecordedRun, _ result: RunResult?) {
        header = recording.header
        state = recording.state
        invalidBecause = recording.invalidBecause
        productionEnded = recording.productionEnded
        scheduleDelay = Histogram(recording.scheduleDelay)
        timeline = recording.timeline
        metrics = recording.metrics.sorted { $0.key < $1.key }
            .map { Metric(name: $0.key.rawValue, kind: $0.value.kind, unit: $0.value.unit) }
        variants = recording.variants.map { variant in
            Variant(
                header: variant.header,
                ledger: Ledger(variant.ledger, isCutOff: recording.isCutOff),
                partitions: variant.partitions.map { VariantResult.Partition($0) },
                series: Self.samples(variant.series),
                pods: variant.pods.map {
                    Pod(name: $0.name, memoryLimit: $0.memoryLimit, lives: $0.lives.map(Self.life))
                }
            )
        }
        processes = recording.processes.sorted { $0.key < $1.key }
            .map { Process(name: $0.key, series: Self.samples($0.value)) }
        self.result = result
    }

    private static func life(_ life: RecordedLife) -> Life {
        Life(
            index: life.index,
            segment: life.segment,
            pid: life.pid,
            start: life.start,
            end: life.end,
            exit: life.exit,
            quiescentFrom: life.quiescentFrom,
            processKills: life.processKills,
            sites: life.sites,
            latency: Histogram(life.latency),
            eventAge: Histogram(life.eventAge),
            series: samples(life.series)
        )
    }

    private static func samples(_ series: [MetricName: Series]) -> [Samples] {
        series.sorted { $0.key < $1.key }
            .map { Samples(metric: $0.key.rawValue, times: $0.value.times, values: $0.value.values) }
    }
}
