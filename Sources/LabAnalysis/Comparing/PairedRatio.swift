import LabCore

/// The difference between two ratios of sums, each over the same windows: CPU time by events, events by time, or the plain
/// mean of something.
///
/// The ratio of sums is linearised (Cochran, *Sampling Techniques*, 1977, section 6.3): a window's part in it is
/// (y − R x) / mean of x. The difference of the two parts is what one pair of windows says about the effect, so that
/// whatever the load does in that window cancels out. Neighbouring windows repeat each other; their correlation ρ leaves
/// n(1 − ρ)/(1 + ρ) independent pairs (Bayley and Hammersley 1946), from which the interval follows by Student.
struct PairedRatio: Sendable, Hashable {
    /// One window's numerator and denominator.
    struct Part: Sendable, Hashable {
        var over: Double
        var under: Double
    }

    let base: Double
    let candidate: Double
    /// Candidate minus base.
    let effect: Estimate
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
        let differences = pairs.map { second.part(of: $0.1) - first.part(of: $0.0) }
        let correlation = SerialCorrelation(differences)
        let count = Double(pairs.count)
        let squares = differences.reduce(0) { $0 + $1 * $1 }
        let error = (squares / (count - 1) / count).squareRoot() * correlation.widening
        let quantile = studentQuantile((1 + settings.confidence) / 2, freedom: correlation.independent - 1)
        let difference = second.value - first.value
        guard difference.isFinite, error.isFinite else { return nil }
        (self.base, self.candidate, n) = (first.value, second.value, pairs.count)
        effect = Estimate(
            estimate: difference,
            low: difference - quantile * error,
            high: difference + quantile * error
        )
    }

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
    }
}

/// How much values in a row with mean nought repeat each other.
struct SerialCorrelation: Sendable, Hashable {
    /// The lag-one correlation between 0 and 0.9, corrected for the bias −(1 + 3ρ)/n of one fitted level.
    let lagOne: Double
    private let count: Double

    init(_ values: [Double]) {
        count = Double(values.count)
        let squares = values.reduce(0) { $0 + $1 * $1 }
        let products = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        let corrected = (count * products / squares + 1) / (count - 3)
        lagOne = squares > 0 && count > 4 && corrected.isFinite ? min(max(corrected, 0), 0.9) : 0
    }

    var widening: Double { ((1 + lagOne) / (1 - lagOne)).squareRoot() }

    /// So many independent values say as much.
    var independent: Double { count * (1 - lagOne) / (1 + lagOne) }
}
