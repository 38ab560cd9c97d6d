import LabCore
import LabTelemetry

/// What every pod tells the lab, whatever its handler does.
struct PodMetrics: Sendable {
    let processed: Counter
    let failed: Counter
    let outliving: Counter
    /// Events whose handlers run at this instant.
    let inFlight: Counter
    let rebalances: Counter
    /// 1 from the moment the pod can receive events.
    let ready: Counter
    let heap: TimedGauge
    /// What one reading of the heap took, nanoseconds.
    let heapReadCost: Counter
    /// Intended send to the handler's end, microseconds.
    let latency: HistogramHandle
    /// Intended send to the handler's start, microseconds.
    let eventAge: HistogramHandle

    init(page: TelemetryPage) {
        processed = page.counter(MetricName.processed.rawValue)
        failed = page.counter(MetricName.failed.rawValue)
        outliving = page.gauge(MetricName.outliving.rawValue)
        inFlight = page.gauge(MetricName.inFlight.rawValue)
        rebalances = page.counter(MetricName.rebalances.rawValue)
        ready = page.gauge(MetricName.ready.rawValue)
        heap = page.timedGauge(MetricName.heap.rawValue, unit: .bytes)
        heapReadCost = page.gauge(MetricName.heapReadCost.rawValue, unit: .nanoseconds)
        latency = page.histogram(PodMetricName.latency)
        eventAge = page.histogram(PodMetricName.eventAge)
    }
}

/// Names on a pod's page that the lab looks for.
package enum PodMetricName {
    package static let latency = "latency"
    package static let eventAge = "eventAge"
}
