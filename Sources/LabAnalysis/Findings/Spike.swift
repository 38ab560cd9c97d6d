import LabCore

/// The highest reading of a life against its usual one.
///
/// Every reading counts for the peak, since what has to be found is thin: medians or minima of windows would cut it off.
/// The baseline is the median of the readings (as in peak-to-median ratios of load; half of the readings may be spikes
/// before it moves).
struct Spike: Sendable, Hashable {
    let peak: Double
    /// Of the usable time; at least 1 of what is counted, so that a level that is mostly zero has one.
    let baseline: Double
    /// Times that the level went beyond the limit, from one reading to the next; 0 without a limit.
    let excursions: Int

    var ratio: Double { peak / baseline }

    /// Fails without a usable time, or without a baseline above zero.
    init?(of life: Life, metric: MetricName, limit: Double?) {
        guard let usable = life.usable else { return nil }
        let track = life[metric]
        guard let usual = median(track.values(from: usable.from, to: usable.to)) else { return nil }
        let baseline = metric.isInBytes ? usual : max(1, usual)
        let readings = life.readings(of: metric)
        guard baseline > 0, let peak = readings.max() else { return nil }
        self.peak = peak
        self.baseline = baseline
        excursions = limit.map { readings.excursions(above: $0 * baseline) } ?? 0
    }

    /// The life with the highest ratio, and the excursions of all.
    static func finding(_ rule: FindingRule, in lives: [Life]) -> Finding? {
        let metric = MetricName(rule.metric)
        let spikes = lives.compactMap { Spike(of: $0, metric: metric, limit: rule.limit) }
        guard let worst = spikes.max(by: { $0.ratio < $1.ratio }) else { return nil }
        return Finding(
            rule,
            value: worst.ratio,
            times: rule.limit.map { _ in spikes.reduce(0) { $0 + $1.excursions } },
            note: "\(metric.unit.text(worst.peak)) at most, \(metric.unit.text(worst.baseline)) as a rule"
        )
    }
}

extension Life {
    /// Every reading from the end of warm-up to the end of the life: what killed a pod came after its last event.
    func readings(of metric: MetricName) -> [Double] {
        guard let usable else { return [] }
        return self[metric].values(from: usable.from, to: .infinity)
    }
}

extension [Double] {
    /// Runs of readings above `level`, each counted once.
    func excursions(above level: Double) -> Int {
        var count = 0
        var isAbove = false
        for reading in self {
            if reading > level, !isAbove { count += 1 }
            isAbove = reading > level
        }
        return count
    }
}
