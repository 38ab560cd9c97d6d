import LabCore

/// How much was asked of a variant's producer, and how much came.
struct ObservedLoad: Sendable, Hashable {
    /// Events due by the schedule; `nil` if that was not recorded.
    var scheduled: Double?
    var produced: Double
    /// From the last moment without a due event until the producer had nothing left to send; 0 if unknown.
    var productionSeconds: Double
    /// The part of that which the schedule had planned.
    var scheduledSeconds: Double
    /// How long the producer went on after the schedule's end, because it could not keep up.
    var overrunSeconds: Double
    /// An external broker was away, or made the producer wait.
    var isHinderedByBroker: Bool

    /// What lingers in the client at the schedule's end is no overrun.
    private static let grace = 1.0

    init(
        of variant: RecordedVariant,
        productionEnded: Int64?,
        scheduleEnd: Int64?,
        isHinderedByBroker: Bool = false
    ) {
        self.isHinderedByBroker = isHinderedByBroker
        let scheduled = Track.counter(variant.series[.scheduled])
        produced = Double(max(0, variant.ledger.produced))
        self.scheduled = scheduled.values.last
        let clock = scheduled.isEmpty ? Track.counter(variant.series[.produced]) : scheduled
        let end = productionEnded.map { Double($0) / 1e9 } ?? clock.times.last
        let start = clock.values.firstIndex { $0 > 0 }.map { clock.times[max(0, $0 - 1)] }
        productionSeconds = max(0, (end ?? 0) - (start ?? end ?? 0))
        let late = scheduleEnd.map { max(0, (end ?? 0) - Double($0) / 1e9) } ?? 0
        scheduledSeconds = max(0, productionSeconds - late)
        overrunSeconds = max(0, late - Self.grace)
    }

    /// The achieved rate over the target; `nil` if nothing was due.
    ///
    /// An open loop makes up for what is late, so that the events alone say nothing: it is the time that they took.
    var pacing: Double? {
        guard let scheduled, scheduled > 0 else { return nil }
        let inTime = scheduledSeconds > 0 ? scheduledSeconds / (scheduledSeconds + overrunSeconds) : 1
        return produced / scheduled * inTime
    }

    /// Events per hour of incident time.
    func target(timeScale: Double) -> Double {
        rate(of: scheduled ?? produced, over: scheduledSeconds, timeScale: timeScale)
    }

    /// Events per hour of incident time.
    func achieved(timeScale: Double) -> Double {
        rate(of: produced, over: scheduledSeconds + overrunSeconds, timeScale: timeScale)
    }

    private func rate(of events: Double, over seconds: Double, timeScale: Double) -> Double {
        seconds > 0 ? events / (seconds * timeScale) * 3_600 : 0
    }
}

extension VariantResult.Load {
    init(_ observed: ObservedLoad, scheduleDelay: HistogramSnapshot, timeScale: Double) {
        self.init()
        targetPerHour = observed.target(timeScale: timeScale)
        achievedPerHour = observed.achieved(timeScale: timeScale)
        scheduleDelayP99Millis = scheduleDelay.quantile(0.99).map { Double($0) / 1_000 }
    }
}
