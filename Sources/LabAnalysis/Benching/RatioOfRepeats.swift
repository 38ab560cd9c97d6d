package import LabCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A ratio of two figures that were measured in pairs.
package enum RatioOfRepeats {
    /// The geometric mean of the pairs' ratios, with Student's interval of 95 % of their logarithms, which no unit and no
    /// order of the two changes.
    ///
    /// - Parameter pairs: of positive figures; others are left out.
    /// - Returns: `nil` without a pair; of a single one the ratio alone, its interval of no width.
    package static func estimate(_ pairs: [(figure: Double, base: Double)]) -> Estimate? {
        let logarithms = pairs.filter { $0.figure > 0 && $0.base > 0 }
            .map { Transcendental.logarithm($0.figure / $0.base) }
            .filter { $0.isFinite }
        guard !logarithms.isEmpty else { return nil }
        let count = Double(logarithms.count)
        let mean = logarithms.reduce(0, +) / count
        let margin = logarithms.count < 2 ? 0 : margin(of: logarithms, around: mean)
        return Estimate(
            estimate: Transcendental.exponential(mean),
            low: Transcendental.exponential(mean - margin),
            high: Transcendental.exponential(mean + margin)
        )
    }

    private static func margin(of values: [Double], around mean: Double) -> Double {
        let count = Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return quantile(freedom: values.count - 1) * (squares / (count - 1) / count).squareRoot()
    }

    /// Of Student's distribution, what 97.5 % do not exceed; exact for one and two degrees of freedom.
    private static func quantile(freedom: Int) -> Double {
        switch freedom {
        case ...1: 12.7062
        case 2: 4.30265
        default: studentQuantile(0.975, freedom: Double(freedom))
        }
    }

    /// Of two brackets: the ratio of their geometric means, and the ratios that their ends allow.
    ///
    /// - Returns: `nil` if one of them has no two ends above zero.
    package static func estimate(_ rate: SustainedRate, over base: SustainedRate) -> Estimate? {
        guard rate.limit == .consumer, base.limit == .consumer,
            let low = rate.perSecond, let high = rate.failedPerSecond,
            let baseLow = base.perSecond, let baseHigh = base.failedPerSecond,
            low > 0, baseLow > 0
        else { return nil }
        return Estimate(
            estimate: (low / baseLow * high / baseHigh).squareRoot(),
            low: low / baseHigh,
            high: high / baseLow
        )
    }
}
