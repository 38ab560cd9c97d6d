/// Ranks 0 … `count` − 1 with probabilities proportional to (rank + 1)^−`exponent`, in constant time and space per draw.
///
/// Rejection-inversion: W. Hörmann and G. Derflinger, “Rejection-inversion to generate variates from monotone discrete
/// distributions”, ACM TOMACS 6 (1996). The names follow the paper: `H` is the integral of the density `h`.
package struct ZipfSampler: Hashable, Sendable {
    package let count: UInt64
    package let exponent: Double
    private let highest: Double
    private let lowest: Double
    private let shortcut: Double

    /// - Parameters:
    ///   - count: at least 1; values of 0 count as 1.
    ///   - exponent: above zero and finite; others count as 1.
    package init(count: UInt64, exponent: Double) {
        self.count = max(1, count)
        self.exponent = exponent.isFinite && exponent > 0 ? exponent : 1
        let exponent = self.exponent
        highest = Self.integral(to: Double(self.count) + 0.5, exponent)
        lowest = Self.integral(to: 1.5, exponent) - 1
        let second = Self.integral(to: 2.5, exponent) - Self.density(2, exponent)
        shortcut = 2 - Self.inverse(second, exponent)
    }

    package func rank(using generator: inout SplitMix64) -> UInt64 {
        while true {
            let area = highest + generator.nextUnit() * (lowest - highest)
            let position = Self.inverse(area, exponent)
            let candidate = min(max(1, position.rounded()), Double(count))
            let isCertain = candidate - position <= shortcut
            if isCertain
                || area >= Self.integral(to: candidate + 0.5, exponent) - Self.density(candidate, exponent)
            {
                return min(UInt64(candidate), count) - 1
            }
        }
    }

    /// h(x) = x^−s.
    private static func density(_ value: Double, _ exponent: Double) -> Double {
        Transcendental.exponential(-exponent * Transcendental.logarithm(value))
    }

    /// H(x) = (x^(1−s) − 1) / (1 − s), and log x for s = 1.
    private static func integral(to value: Double, _ exponent: Double) -> Double {
        let logarithm = Transcendental.logarithm(value)
        return Transcendental.exponentialRatio((1 - exponent) * logarithm) * logarithm
    }

    private static func inverse(_ area: Double, _ exponent: Double) -> Double {
        let scaled = max(-1, area * (1 - exponent))
        return Transcendental.exponential(Transcendental.logarithmRatio(scaled) * area)
    }
}
