#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The exact interval of a share that was seen as so many of so many (Clopper and Pearson 1934).
struct BinomialInterval: Sendable, Hashable {
    /// Between 0 and 1, both ends included.
    let low: Double
    let high: Double

    /// - Parameters:
    ///   - count: of those that were seen; at most `trials`, negative ones count as none.
    ///   - trials: of all; none gives the whole range.
    ///   - confidence: of both sides together, such as 0.98.
    init(_ count: Double, of trials: Double, confidence: Double) {
        let trials = trials.isFinite ? max(0, trials) : 0
        let count = count.isFinite ? min(max(0, count), trials) : 0
        let tail = (1 - confidence) / 2
        low = count > 0 ? Self.share(a: count, b: trials - count + 1, below: tail) : 0
        high = count < trials ? Self.share(a: count + 1, b: trials - count, below: 1 - tail) : 1
    }

    /// The quantile of the beta distribution, by bisection.
    private static func share(a: Double, b: Double, below probability: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if incompleteBeta(middle, a, b) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun, 26.5.8).
    private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x))
        return x < (a + 1) / (a + b + 2)
            ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
    }

    /// Lentz's way of calculating the fraction; it needs some √max(a, b) steps.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        func kept(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
        var upper = 1.0
        var lower = 1 / kept(1 - (a + b) * x / (a + 1))
        var result = lower
        for step in 1...10_000 {
            let m = Double(step)
            for term in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                lower = 1 / kept(1 + term * lower)
                upper = kept(1 + term / upper)
                result *= upper * lower
            }
            if abs(upper * lower - 1) < 1e-12 { break }
        }
        return result
    }

    /// Stirling's series, from 7 on.
    private static func logGamma(_ value: Double) -> Double {
        var (x, product) = (value, 1.0)
        while x < 7 {
            product *= x
            x += 1
        }
        let series = 1 / (12 * x) - 1 / (360 * x * x * x) + 1 / (1_260 * x * x * x * x * x)
        return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - log(product)
    }
}
