import LabCore

/// How much of something there was at once: work that many began at the same time, or that was begun and never done.
///
/// The value is the highest reading. What came and went between two readings was not seen: an incident that can tell
/// better keeps the highest value itself, as a gauge.
struct Crowd: Sendable, Hashable {
    let highest: Double
    /// Times that it went beyond the limit; 0 without a limit.
    let excursions: Int
    /// It went on rising to the last event: in four parts of equal length, the second half of the usable time, the least
    /// reading never fell, and rose by a tenth of the highest.
    let isRising: Bool

    private static let parts = 4
    private static let rise = 0.1

    /// Fails without a usable time or a reading in it.
    init?(of life: Life, metric: MetricName, limit: Double?, settings: AnalysisSettings) {
        let readings = life.readings(of: metric)
        guard let usable = life.usable, let highest = readings.max() else { return nil }
        self.highest = highest
        excursions = limit.map { readings.excursions(above: $0) } ?? 0
        let least = metric.leastChange(bytes: settings.leastRiseBytes, settings: settings)
        let middle = usable.from + (usable.to - usable.from) / 2
        isRising = life[metric].keepsRising(
            in: Life.Usable(from: middle, to: usable.to),
            by: max(least, Self.rise * highest),
            parts: Self.parts
        )
    }

    /// The life with the most, and the excursions of all.
    static func finding(_ rule: FindingRule, in lives: [Life], settings: AnalysisSettings) -> Finding? {
        let metric = MetricName(rule.metric)
        let crowds = lives.compactMap { Crowd(of: $0, metric: metric, limit: rule.limit, settings: settings) }
        guard let worst = crowds.max(by: { $0.highest < $1.highest }) else { return nil }
        return Finding(
            rule,
            value: worst.highest,
            times: rule.limit.map { _ in crowds.reduce(0) { $0 + $1.excursions } },
            rising: rule.kind == .pileUp ? worst.isRising : nil
        )
    }
}

extension Track {
    /// Whether the least values of equal parts of a span never fall, and rise by more than `threshold`: what comes and
    /// goes is not in them.
    func keepsRising(in span: Life.Usable, by threshold: Double, parts: Int) -> Bool {
        let length = (span.to - span.from) / Double(max(1, parts))
        let minima = (0..<max(1, parts)).compactMap { part in
            let from = span.from + Double(part) * length
            return minimum(from: from, to: from + length)?.value
        }
        guard let first = minima.first, let last = minima.last else { return false }
        return zip(minima, minima.dropFirst()).allSatisfy { $0 <= $1 } && last - first > threshold
    }
}
