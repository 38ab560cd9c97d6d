import LabCore

/// How much faster the memory of one variant grows with the events than that of another, bytes per event.
struct PairedGrowth: Sendable, Hashable {
    let effect: Estimate
    let n: Int
    let method: String

    /// Handled events may differ by this share in windows that count as pairs.
    private static let likeEvents = 0.05

    /// Fails where neither the common windows nor the two growths by themselves say anything.
    init?(
        base: (growth: VariantMeasures.Growth?, lowest: VariantMeasures.Lowest),
        candidate: (growth: VariantMeasures.Growth?, lowest: VariantMeasures.Lowest),
        settings: AnalysisSettings
    ) {
        let points = Self.points(base.lowest, candidate.lowest)
        if points.count >= settings.fewestWindows,
            let fit = TheilSen([points], confidence: settings.confidence)
        {
            effect = Estimate(estimate: fit.estimate, low: fit.low, high: fit.high)
            n = points.count
            method = "Theil–Sen over paired window minima"
        } else if let own = Self.difference(base.growth?.bytesPerEvent, candidate.growth?.bytesPerEvent) {
            effect = own
            n = min(base.growth?.n ?? 0, candidate.growth?.n ?? 0)
            method = "difference of two Theil–Sen slopes"
        } else {
            return nil
        }
    }

    /// Candidate minus base, in windows of common time in which both had handled as much; the events ascend.
    private static func points(
        _ base: VariantMeasures.Lowest,
        _ candidate: VariantMeasures.Lowest
    )
        -> [WindowPoint]
    {
        var points: [WindowPoint] = []
        let columns = zip(zip(base.events, base.bytes), zip(candidate.events, candidate.bytes))
        for ((baseEvents, baseBytes), (events, bytes)) in columns {
            guard let baseEvents, let baseBytes, let events, let bytes,
                abs(events - baseEvents) <= likeEvents * max(abs(events), abs(baseEvents))
            else { continue }
            // Between the two, so that nothing changes but the sign if they change places.
            let point = WindowPoint(events: (events + baseEvents) / 2, bytes: bytes - baseBytes)
            if let last = points.last, last.events >= point.events { continue }
            points.append(point)
        }
        return points
    }

    /// Of two independent figures: each arm is the root of the sum of the squared arms that point the same way (the
    /// method of variance estimates recovery, Zou and Donner 2008).
    static func difference(_ base: Estimate?, _ candidate: Estimate?) -> Estimate? {
        guard let base, let candidate else { return nil }
        func root(_ left: Double, _ right: Double) -> Double { (left * left + right * right).squareRoot() }
        let middle = candidate.estimate - base.estimate
        return Estimate(
            estimate: middle,
            low: middle - root(candidate.estimate - candidate.low, base.high - base.estimate),
            high: middle + root(candidate.high - candidate.estimate, base.estimate - base.low)
        )
    }
}
