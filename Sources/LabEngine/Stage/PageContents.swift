import LabCore
import LabLoad
import LabPod
import LabTelemetry

/// What a telemetry page says when its metrics are read one last time, or now and then.
///
/// A page that cannot be read says nothing.
struct PageContents {
    private let reader: TelemetryReader?

    init(path: String) { reader = try? TelemetryReader(openingPageAt: path) }

    var sites: [VariantResult.Site] { reader?.sites ?? [] }
    var latency: HistogramSnapshot { histogram(PodMetricName.latency) }
    var eventAge: HistogramSnapshot { histogram(PodMetricName.eventAge) }
    var scheduleDelay: HistogramSnapshot { histogram(ProducerMetricName.scheduleDelay) }
    var processed: Int { value(MetricName.processed.rawValue) }
    var scheduled: Int { value(MetricName.scheduled.rawValue) }
    var undelivered: Int { value(ProducerMetricName.undelivered) }
    var isReady: Bool { value(MetricName.ready.rawValue) == 1 }

    private func histogram(_ name: String) -> HistogramSnapshot {
        guard let reader, let index = reader.index(of: name, .histogram) else { return HistogramSnapshot() }
        return reader.histogram(at: index) ?? HistogramSnapshot()
    }

    private func value(_ name: String) -> Int {
        guard let reader, let index = reader.index(of: name) else { return 0 }
        return Int(clamping: reader.value(of: index))
    }
}
