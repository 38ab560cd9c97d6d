import LabCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How many times one figure is as large as another, with an interval.
///
/// Everything is calculated with the logarithm, so that the other way round every end is the reciprocal, and so that nothing
/// becomes less than zero: what is positive cannot fall by more than 100 %.
struct Factor: Sendable, Hashable {
    /// Above zero, as are the ends.
    var estimate: Double
    var low: Double
    var high: Double

    /// No end is further away than a million times: beyond it nobody asks for digits.
    private static let longestArm = 13.8

    /// Fails for what is no number.
    ///
    /// - Parameter logs: the factor's natural logarithm with its ends.
    init?(logs: Estimate) {
        guard logs.estimate.isFinite, !logs.low.isNaN, !logs.high.isNaN else { return nil }
        func times(_ arm: Double) -> Double { exp(min(max(0, arm), Self.longestArm)) }
        estimate = exp(logs.estimate)
        low = estimate / times(logs.estimate - logs.low)
        high = estimate * times(logs.high - logs.estimate)
    }

    /// Of two figures that have nothing to do with each other, by the method of variance estimates recovery on their
    /// logarithms (Zou and Donner 2008).
    ///
    /// Fails where one of them, or an end of it, is not above zero.
    init?(of candidate: Estimate, over base: Estimate) {
        guard let left = base.logs, let right = candidate.logs else { return nil }
        self.init(logs: PairedGrowth.difference(left, right) ?? right)
    }

    /// From an effect on a base; fails where that is not above zero.
    init?(_ effect: Estimate, at base: Double) {
        let ends = Estimate(
            estimate: base + effect.estimate,
            low: base + effect.low,
            high: base + effect.high
        )
        guard let right = ends.logs, let left = logarithm(base) else { return nil }
        self.init(
            logs: Estimate(estimate: right.estimate - left, low: right.low - left, high: right.high - left)
        )
    }

    /// What it makes of a base, in the base's unit: never less than the base taken away.
    func effect(at base: Double) -> Estimate {
        Estimate(estimate: base * (estimate - 1), low: base * (low - 1), high: base * (high - 1))
    }

    /// The same about another point that was found for it; the interval is only ever widened.
    func moved(to point: Double) -> Factor {
        var factor = self
        (factor.estimate, factor.low, factor.high) = (point, min(low, point), max(high, point))
        return factor
    }

    /// The same interval about another point, as many times below and above it as before.
    func shifted(to point: Double) -> Factor {
        var factor = self
        factor.estimate = point
        (factor.low, factor.high) = (point * low / estimate, point * high / estimate)
        return factor
    }

    /// No wider than the range, which holds the estimate.
    func kept(within range: ClosedRange<Double>) -> Factor {
        var factor = self
        factor.low = min(max(low, range.lowerBound), estimate)
        factor.high = max(min(high, range.upperBound), estimate)
        return factor
    }

    /// With ends that may be so many times further away.
    func stretched(below: Double, above: Double) -> Factor {
        var factor = self
        if below.isFinite, below > 1 { factor.low /= below }
        if above.isFinite, above > 1 { factor.high *= above }
        return factor
    }
}

extension Estimate {
    /// The natural logarithms; `nil` unless all are of numbers above zero.
    var logs: Estimate? {
        guard estimate > 0, low > 0, high > 0, high.isFinite, estimate.isFinite else { return nil }
        return Estimate(estimate: log(estimate), low: log(low), high: log(high))
    }
}

/// The natural logarithm; `nil` of what is not a number above zero.
func logarithm(_ value: Double) -> Double? { value > 0 && value.isFinite ? log(value) : nil }
