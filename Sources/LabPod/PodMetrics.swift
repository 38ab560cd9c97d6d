import LabCore
import LabTelemetry

/// What every pod tells the lab, whatever its handler does.
struct PodMetrics: Sendable {
    let processed: Counter
    let failed: Counter
    /// Times that an event was handed to the handler again because it threw.
    let retries: Counter
    let outliving: Counter
    /// Events whose handlers run at this instant.
    ///
    /// A handler that hangs shows in this and ``processed`` standing still, this above 0. A sequential pod stores it
    /// once for each batch, so there it says whether the pod is busy with what a poll brought.
    let inFlight: Counter
    let rebalances: Counter
    /// Partitions that the pod holds, as far as it knows: it hears of a rebalance when it polls.
    let assigned: Counter
    /// Those of them that are paused, since the handler wants no more for now.
    let paused: Counter
    /// See ``RebalanceStall``, milliseconds; has no reading with fixed partitions.
    let rebalanceStall: TimedGauge
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
        retries = page.counter(PodMetricName.retries)
        outliving = page.gauge(MetricName.outliving.rawValue)
        inFlight = page.gauge(MetricName.inFlight.rawValue)
        rebalances = page.counter(MetricName.rebalances.rawValue)
        assigned = page.gauge(MetricName.assigned.rawValue)
        paused = page.gauge(MetricName.paused.rawValue)
        rebalanceStall = page.timedGauge(MetricName.rebalanceStall.rawValue, unit: .milliseconds)
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
    /// A counter: times that an event was handed to the handler again because it threw, since the life's start.
    package static let retries = "retries"
}
