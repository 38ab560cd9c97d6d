import LabCore

/// How two ratios of sums, each over the same windows, differ: CPU time by events, events by time, or the plain mean of
/// something.
///
/// The ratio of sums is linearised (Cochran, *Sampling Techniques*, 1977, section 6.3): a window's part in it is
/// (y − R x) / mean of x, and by R itself its part in the logarithm. The difference of the two parts is what one pair of windows
/// says about the factor between the two, so that whatever the load does in that window cancels out. Where the load was planned to
/// differ from window to window, so do the differences: what a variant costs without any event weighs more in idle windows. That is no
/// scatter, so the line through the differences over the load is taken off before it is measured (Cochran, section 7.1). Neighbouring
/// windows repeat each other; their correlation ρ leaves n(1 − ρ)/(1 + ρ) independent pairs (Bayley and Hammersley
/// 1946), from which the interval follows by Student.
struct PairedRatio: Sendable, Hashable {
    /// One window's numerator and denominator.
    struct Part: Sendable, Hashable {
        var over: Double
        var under: Double
    }

    let base: Double
    let candidate: Double
    /// Candidate over base; `nil` unless both are above zero.
    let factor: Factor?
    /// Candidate minus base.
    let effect: Estimate
    /// The smallest and the largest factor in any window, and the factor itself.
    let range: ClosedRange<Double>
    /// Windows that both have.
    let n: Int

    /// Fails with fewer common windows than a verdict needs, or denominators that come to nothing.
    init?(base: [Part?], candidate: [Part?], settings: AnalysisSettings) {
        let pairs = zip(base, candidate).compactMap { pair in
            pair.0.flatMap { left in pair.1.map { (left, $0) } }
        }
        guard pairs.count >= settings.fewestWindows, let first = Ratio(pairs.map(\.0)),
            let second = Ratio(pairs.map(\.1))
        else { return nil }
        let isFactor = first.value > 0 && second.value > 0
        let scale = isFactor ? (first.value, second.value) : (1, 1)
        let difference = second.value - first.value
        guard
            let arm = Self.arm(
                pairs.map { second.part(of: $0.1) / scale.1 - first.part(of: $0.0) / scale.0 },
                over: pairs.map { first.load(of: $0.0) + second.load(of: $0.1) },
                settings: settings
            ), difference.isFinite
        else { return nil }
        (self.base, self.candidate, n) = (first.value, second.value, pairs.count)
        factor = isFactor ? Self.factor(first.value, second.value, arm: arm) : nil
        let plain = Estimate(estimate: difference, low: difference - arm, high: difference + arm)
        effect = factor?.effect(at: first.value) ?? plain
        let factors =
            pairs.map { ($0.1.over / $0.1.under) / ($0.0.over / $0.0.under) }
            .filter { $0 >= 0 } + [factor?.estimate ?? 1]
        range = (factors.min() ?? 1)...(factors.max() ?? 1)
    }

    private static func factor(_ base: Double, _ candidate: Double, arm: Double) -> Factor? {
        guard let log = logarithm(candidate / base) else { return nil }
        return Factor(logs: Estimate(estimate: log, low: log - arm, high: log + arm))
    }

    /// How far the mean of the differences may be off; `nil` for what is no number.
    private static func arm(
        _ differences: [Double],
        over load: [Double],
        settings: AnalysisSettings
    ) -> Double? {
        let scatter = Scatter(of: differences, over: load)
        let correlation = SerialCorrelation(scatter.residuals, isSloped: scatter.isSloped)
        let count = Double(differences.count)
        let squares = scatter.residuals.reduce(0) { $0 + $1 * $1 }
        let error = (squares / (count - scatter.fitted) / count).squareRoot() * correlation.widening
        let freedom = correlation.independent - scatter.fitted
        let arm = studentQuantile((1 + settings.confidence) / 2, freedom: freedom) * error
        return arm.isFinite ? arm : nil
    }

    /// The sum of the numerators over that of the denominators; `nil` if these come to nothing.
    static func ratio(of parts: [Part]) -> Double? { parts.isEmpty ? nil : Ratio(parts)?.value }

    private struct Ratio {
        let value: Double
        private let meanUnder: Double

        init?(_ parts: [Part]) {
            let under = parts.reduce(0) { $0 + $1.under }
            guard under > 0, under.isFinite else { return nil }
            value = parts.reduce(0) { $0 + $1.over } / under
            meanUnder = under / Double(parts.count)
        }

        func part(of window: Part) -> Double { (window.over - value * window.under) / meanUnder }

        /// As a share of the mean.
        func load(of window: Part) -> Double { window.under / meanUnder }
    }

    /// What is left of values whose mean is zero when their line over the load is taken off.
    private struct Scatter {
        let residuals: [Double]
        /// The load differs, so that there is a line.
        let isSloped: Bool
        /// How many figures were fitted: the mean, and the slope.
        var fitted: Double { isSloped ? 2 : 1 }

        init(of values: [Double], over load: [Double]) {
            let mean = load.reduce(0, +) / Double(max(1, load.count))
            let spread = load.map { $0 - mean }
            let squares = spread.reduce(0) { $0 + $1 * $1 }
            let slope = zip(spread, values).reduce(0) { $0 + $1.0 * $1.1 } / squares
            isSloped = squares > Self.least && slope.isFinite
            residuals = isSloped ? zip(spread, values).map { $1 - slope * $0 } : values
        }

        /// Loads that differ by less than rounding are the same.
        private static let least = 1e-9
    }
}

/// How much values in a row with mean zero repeat each other.
struct SerialCorrelation: Sendable, Hashable {
    /// The lag-one correlation between 0 and 0.9, corrected for the bias −(1 + 3ρ)/n of one fitted level, and
    /// −(1 + ρ)/n of a slope.
    let lagOne: Double
    private let count: Double

    /// `isSloped` tells that a line was taken off, and not only the mean.
    init(_ values: [Double], isSloped: Bool = false) {
        count = Double(values.count)
        let squares = values.reduce(0) { $0 + $1 * $1 }
        let products = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        let (constant, share) = isSloped ? (2.0, 4.0) : (1, 3)
        let corrected = (count * products / squares + constant) / (count - share)
        lagOne = squares > 0 && count > 4 && corrected.isFinite ? min(max(corrected, 0), 0.9) : 0
    }

    var widening: Double { ((1 + lagOne) / (1 - lagOne)).squareRoot() }

    /// So many independent values say as much.
    var independent: Double { count * (1 - lagOne) / (1 + lagOne) }
}
