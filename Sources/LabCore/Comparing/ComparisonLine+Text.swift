extension ComparisonResult.Line {
    package var baseText: String { text(base) }
    package var candidateText: String { text(candidate) }

    private func text(_ value: Double?) -> String {
        if let value { return metric.text(value) }
        return metric == .timeToOOM && outcome != .unknown ? "not in sight" : "–"
    }

    /// The effect without its interval: a percentage of the base, of what is kept the amount; `–` if unknown.
    package var effectText: String { effect.map { signed($0.estimate) } ?? "–" }

    /// From the interval's low to its high end: `+2.1 % to +9.8 %`.
    package var intervalText: String {
        guard let effect, effect.low != effect.high else { return effect == nil ? "–" : "exact" }
        return range(effect.low, effect.high)
    }

    private func range(_ from: Double, _ to: Double) -> String {
        let (low, high) = (signed(from), signed(to))
        let (lowUnit, highUnit) = (low.split(separator: " ").last, high.split(separator: " ").last)
        guard low.contains(" "), lowUnit == highUnit else { return "\(low) to \(high)" }
        return "\(low.split(separator: " ").dropLast().joined(separator: " ")) to \(high)"
    }

    /// Such as `± 25 %`, or `−20 to +25 %` where one is the inverse of the other.
    package var toleranceText: String {
        if metric == .timeToOOM && effect == nil || outcome == .shown { return "–" }
        if let toleranceBelow, share(tolerance) != nil { return range(-toleranceBelow, tolerance) }
        return "± " + (share(tolerance).map(Self.percent) ?? metric.text(tolerance))
    }

    private func signed(_ value: Double) -> String {
        let text = share(value).map(Self.percent) ?? metric.text(value)
        return value > 0 && text.contains(where: { ("1"..."9").contains($0) }) ? "+" + text : text
    }

    /// Of the base's value; `nil` where the amount itself says more.
    private func share(_ value: Double) -> Double? {
        guard !metric.isKept, let base, base > 0, value.isFinite else { return nil }
        let share = value / base
        return abs(share) < 1e6 ? share : nil
    }

    /// Such as `+20 %` for a share of 0.2.
    package static func signedPercent(_ share: Double) -> String { (share > 0 ? "+" : "") + percent(share) }

    private static func percent(_ share: Double) -> String {
        let percent = share * 100
        let isLarge = abs(percent) >= 1_000 && abs(percent) < 1e12
        return isLarge
            ? "\(grouped(Int64(percent.rounded()))) %"
            : "\(decimal(percent, places: abs(percent) < 9.95 ? 1 : 0)) %"
    }
}
