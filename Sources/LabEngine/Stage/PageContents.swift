import LabCore
import LabLoad
import LabPod
import LabTelemetry

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a telemetry page says when its metrics are read one last time, or now and then.
///
/// A page that cannot be read says nothing, except that it is damaged.
struct PageContents {
    private let reader: TelemetryReader?
    private let isThere: Bool

    init(path: String) {
        reader = try? TelemetryReader(openingPageAt: path)
        isThere = unsafe access(path, F_OK) == 0
    }

    /// Whether there is a file that cannot be read as a page, because it was cut short or overwritten.
    var isDamaged: Bool { reader.map { !$0.isWhole || $0.hasNonsense } ?? isThere }

    var sites: [VariantResult.Site] { reader?.sites ?? [] }
    var latency: HistogramSnapshot { histogram(PodMetricName.latency) }
    var eventAge: HistogramSnapshot { histogram(PodMetricName.eventAge) }
    var scheduleDelay: HistogramSnapshot { histogram(ProducerMetricName.scheduleDelay) }
    var processed: Int { value(MetricName.processed.rawValue) }
    var scheduled: Int { value(MetricName.scheduled.rawValue) }
    var undelivered: Int { value(ProducerMetricName.undelivered) }
    var scheduleRevision: Int { value(ProducerMetricName.revision) }
    var isReady: Bool { value(MetricName.ready.rawValue) == 1 }

    private func histogram(_ name: String) -> HistogramSnapshot {
        guard let reader, let index = reader.index(of: name, .histogram) else { return HistogramSnapshot() }
        return reader.histogram(at: index) ?? HistogramSnapshot()
    }

    private func value(_ name: String) -> Int {
        guard let reader, reader.isWhole, let index = reader.index(of: name) else { return 0 }
        return Int(reader.value(of: index) ?? 0)
    }
}
