#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a number of successes says at least about the chance of one.
package enum BinomialBound {
    /// The exact one-sided lower confidence bound of Clopper and Pearson (Biometrika 26, 1934).
    ///
    /// - Parameters:
    ///   - successes: 0 to `trials`.
    ///   - trials: independent ones; without any the bound is 0.
    ///   - confidence: between 0 and 1.
    /// - Returns: the chance at which so many successes or more would be seen in a share `1 − confidence` of all series.
    package static func lower(successes: Int, of trials: Int, confidence: Double = 0.95) -> Double {
        guard successes > 0, trials >= successes else { return 0 }
        var (low, high) = (0.0, 1.0)
        // Halved until a double has no digits left.
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if tail(from: successes, of: trials, chance: middle) < 1 - confidence {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }

    /// The chance of at least so many successes.
    private static func tail(from successes: Int, of trials: Int, chance: Double) -> Double {
        let (yes, no) = (log(chance), log1p(-chance))
        return (successes...trials).reduce(0) { sum, count in
            sum + exp(logCombinations(count, of: trials) + Double(count) * yes + logPower(no, trials - count))
        }
    }

    /// Zero times the logarithm of zero counts as zero.
    private static func logPower(_ logarithm: Double, _ exponent: Int) -> Double {
        exponent == 0 ? 0 : Double(exponent) * logarithm
    }

    private static func logCombinations(_ count: Int, of total: Int) -> Double {
        lgamma(Double(total) + 1) - lgamma(Double(count) + 1) - lgamma(Double(total - count) + 1)
    }
}
