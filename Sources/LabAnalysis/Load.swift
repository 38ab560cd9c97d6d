import LabCore

/// How much was asked of a variant's producer, and how much came.
struct ObservedLoad: Sendable, Hashable {
    /// Events due by the schedule; `nil` if that was not recorded.
    var scheduled: Double?
    var produced: Double
    /// From the last moment without a due event until the producer had nothing left to send; 0 if unknown.
    var productionSeconds: Double

    init(of variant: RecordedVariant, productionEnded: Int64?) {
        let scheduled = Track.counter(variant.series[.scheduled])
        produced = Double(max(0, variant.ledger.produced))
        self.scheduled = scheduled.values.last
        let clock = scheduled.isEmpty ? Track.counter(variant.series[.produced]) : scheduled
        let end = productionEnded.map { Double($0) / 1e9 } ?? clock.times.last
        let start = clock.values.firstIndex { $0 > 0 }.map { clock.times[max(0, $0 - 1)] }
        productionSeconds = max(0, (end ?? 0) - (start ?? end ?? 0))
    }

    /// Produced over scheduled; `nil` if nothing was due.
    var pacing: Double? { scheduled.flatMap { $0 > 0 ? produced / $0 : nil } }

    func perIncidentHour(_ events: Double, timeScale: Double) -> Double {
        productionSeconds > 0 ? events / (productionSeconds * timeScale) * 3_600 : 0
    }
}

extension VariantResult.Load {
    init(_ observed: ObservedLoad, scheduleDelay: HistogramSnapshot, timeScale: Double) {
        self.init()
        targetPerHour = observed.perIncidentHour(observed.scheduled ?? observed.produced, timeScale: timeScale)
        achievedPerHour = observed.perIncidentHour(observed.produced, timeScale: timeScale)
        scheduleDelayP99Millis = scheduleDelay.quantile(0.99).map { Double($0) / 1_000 }
    }
}
