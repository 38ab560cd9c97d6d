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
    /// Partitions whose offset a commit did not bring to the group.
    let commitsFailed: Counter
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
        processed = page.counter(.processed)
        failed = page.counter(.failed)
        retries = page.counter(.retries)
        outliving = page.gauge(.outliving)
        inFlight = page.gauge(.inFlight)
        rebalances = page.counter(.rebalances)
        commitsFailed = page.counter(.commitsFailed)
        assigned = page.gauge(.assigned)
        paused = page.gauge(.paused)
        rebalanceStall = page.timedGauge(.rebalanceStall)
        ready = page.gauge(.ready)
        heap = page.timedGauge(.heap)
        heapReadCost = page.gauge(.heapReadCost)
        latency = page.histogram(PodMetricName.latency)
        eventAge = page.histogram(PodMetricName.eventAge)
    }
}

extension TelemetryPage {
    fileprivate func counter(_ metric: MetricName) -> Counter { counter(metric.rawValue) }

    /// In the unit that the metric is declared in, as all of these.
    fileprivate func gauge(_ metric: MetricName) -> Counter {
        gauge(metric.rawValue, unit: metric.definition?.unit ?? .count)
    }

    fileprivate func timedGauge(_ metric: MetricName) -> TimedGauge {
        timedGauge(metric.rawValue, unit: metric.definition?.unit ?? .count)
    }
}

/// Names of the histograms on a pod's page, which are no series.
package enum PodMetricName {
    package static let latency = "latency"
    package static let eventAge = "eventAge"
}
