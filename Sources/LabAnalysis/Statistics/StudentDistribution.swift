#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Student's distribution for as few as two values: one degree of freedom and more, whole or not.
///
/// With x = √ν tan θ its density becomes proportional to cos^(ν−1) θ, so that the distribution is a ratio of two integrals over a
/// bounded range, which Simpson's rule gives to three digits.
struct StudentDistribution: Sendable {
    /// Beyond it the distribution differs from the normal one by less than a hundredth of its quantiles.
    private static let largeFreedom = 200.0
    private static let panels = 400

    private let freedom: Double

    /// - Parameter freedom: degrees of freedom; less than one, or no number, counts as one.
    init(freedom: Double) { self.freedom = freedom.isFinite ? max(1, freedom) : 1 }

    /// The value that is not exceeded with `probability`; finite for every argument.
    func quantile(_ probability: Double) -> Double {
        guard probability.isFinite, probability > 0, probability < 1 else { return 0 }
        guard freedom < Self.largeFreedom else { return studentQuantile(probability, freedom: freedom) }
        let share = abs(2 * probability - 1)
        let angle = angle(enclosing: share)
        return (probability < 0.5 ? -1 : 1) * freedom.squareRoot() * tan(min(angle, Double.pi / 2 - 1e-9))
    }

    /// From 0 up to which the density holds `share` of what it holds up to a right angle.
    private func angle(enclosing share: Double) -> Double {
        let step = Double.pi / 2 / Double(Self.panels)
        func density(_ angle: Double) -> Double { pow(max(0, cos(angle)), freedom - 1) }
        var areas = [0.0]
        for panel in 0..<Self.panels {
            let start = Double(panel) * step
            let mean = (density(start) + 4 * density(start + step / 2) + density(start + step)) / 6
            areas.append((areas.last ?? 0) + mean * step)
        }
        guard let total = areas.last, total > 0 else { return 0 }
        let wanted = share * total
        let panel = min(max(1, areas.firstIndex { $0 >= wanted } ?? Self.panels), Self.panels)
        let width = areas[panel] - areas[panel - 1]
        let part = width > 0 ? (wanted - areas[panel - 1]) / width : 0
        return (Double(panel - 1) + part) * step
    }
}
