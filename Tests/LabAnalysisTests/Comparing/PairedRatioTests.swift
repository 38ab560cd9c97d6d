import LabCore
import Testing

@testable import LabAnalysis

@Suite("A ratio over paired windows")
struct PairedRatioTests {
    @Test(
        "uses Student's quantiles",
        arguments: [
            (0.99, 3.0, 4.541), (0.99, 7, 2.998), (0.99, 19, 2.539), (0.975, 10, 2.228), (0.5, 5, 0),
            (0.99, 1e9, 2.326),
        ]
    )
    func student(probability: Double, freedom: Double, expected: Double) {
        // The expansion is within 1 % from three degrees of freedom on.
        let value = studentQuantile(probability, freedom: freedom)
        #expect(abs(value - expected) <= max(0.001, 0.012 * expected), "\(value)")
    }

    @Test("has finite quantiles for every argument", arguments: [-1, 0, 1, 2, .nan, .infinity] as [Double])
    func finite(argument: Double) {
        #expect(studentQuantile(argument, freedom: argument).isFinite)
    }

    /// The share of intervals that cover the true effect, of 2,000 pairs of 20 windows.
    private func coverage(correlation: Double) -> Double {
        var random = Gaussian(seed: 11)
        var covered = 0
        for _ in 0..<2_000 {
            let parts = (0..<2).map { side -> [PairedRatio.Part?] in
                var noise = random.next()
                return (0..<20).map { window in
                    noise = correlation * noise + (1 - correlation * correlation).squareRoot() * random.next()
                    // Both follow the same load, which triples on the way.
                    let load = 100 + 10 * Double(window)
                    return PairedRatio.Part(over: load * (5 + Double(side)) + 20 * noise, under: load)
                }
            }
            let ratio = PairedRatio(base: parts[0], candidate: parts[1], settings: .standard)
            if let effect = ratio?.effect, effect.low <= 1, effect.high >= 1 { covered += 1 }
        }
        return Double(covered) / 2_000
    }

    @Test(
        "has intervals that cover the truth about as often as they say, autocorrelated or not",
        arguments: [(0.0, 0.97), (0.3, 0.96), (0.6, 0.93), (0.8, 0.88)]
    )
    func intervals(correlation: Double, least: Double) {
        let share = coverage(correlation: correlation)
        #expect(share >= least, "\(share)")
    }

    @Test("does not take what idle windows cost for scatter")
    func idleWindows() throws {
        var random = Gaussian(seed: 5)
        // CPU by events: both cost something without any event, and the candidate's event costs half.
        let parts = [2.0, 1.0].map { cost in
            (0..<20).map { window -> PairedRatio.Part? in
                let events = window < 6 ? 400.0 : 4_000
                return PairedRatio.Part(
                    over: 3_000 * cost + cost * events + 40 * random.next(),
                    under: events
                )
            }
        }
        let ratio = try #require(PairedRatio(base: parts[0], candidate: parts[1], settings: .standard))
        let share = Estimate(
            estimate: ratio.effect.estimate / ratio.base,
            low: ratio.effect.low / ratio.base,
            high: ratio.effect.high / ratio.base
        )
        #expect(abs(share.estimate + 0.5) < 0.01)
        #expect(share.high - share.low < 0.03)
    }

    @Test("never has an effect that takes away more than there is")
    func floor() throws {
        let base = (0..<20).map { PairedRatio.Part?(.init(over: $0.isMultiple(of: 3) ? 9 : 0.1, under: 1)) }
        let candidate = (0..<20).map {
            PairedRatio.Part?(.init(over: $0.isMultiple(of: 5) ? 1 : 0, under: 1))
        }
        let ratio = try #require(PairedRatio(base: base, candidate: candidate, settings: .standard))
        #expect(ratio.effect.low >= -ratio.base)
        #expect(ratio.effect.low <= ratio.effect.estimate)
    }

    @Test("needs as many common windows as a verdict")
    func fewWindows() {
        let part = PairedRatio.Part(over: 1, under: 2)
        let seven: [PairedRatio.Part?] = Array(repeating: part, count: 7)
        #expect(PairedRatio(base: seven, candidate: seven, settings: .standard) == nil)
        let apart = seven + Array(repeating: nil, count: 7)
        #expect(PairedRatio(base: apart, candidate: apart.reversed(), settings: .standard) == nil)
        let eight = seven + [part]
        #expect(PairedRatio(base: eight, candidate: eight, settings: .standard)?.effect.estimate == 0)
    }

    @Test(
        "survives what a damaged baseline may hold",
        arguments: [0, -1, 1e300, .leastNonzeroMagnitude] as [Double]
    )
    func absurd(value: Double) {
        let parts: [PairedRatio.Part?] = Array(repeating: .init(over: value, under: value), count: 9)
        let sane: [PairedRatio.Part?] = Array(repeating: .init(over: 1, under: 1), count: 9)
        for ratio in [
            PairedRatio(base: parts, candidate: sane, settings: .standard),
            PairedRatio(base: sane, candidate: parts, settings: .standard),
        ] {
            #expect(ratio?.effect.estimate.isNaN != true)
        }
    }
}
