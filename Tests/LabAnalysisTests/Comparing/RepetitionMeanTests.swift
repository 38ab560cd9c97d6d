import LabCore
import Testing

@testable import LabAnalysis

@Suite("The mean of repetitions")
struct RepetitionMeanTests {
    /// Tables of Student's distribution, as every textbook has them.
    @Test(
        "uses Student's quantiles, for two repetitions too",
        arguments: [
            (0.99, 1.0, 31.821), (0.99, 2, 6.965), (0.99, 3, 4.541), (0.99, 4, 3.747), (0.99, 9, 2.821),
            (0.975, 1, 12.706), (0.95, 2, 2.920), (0.9, 4, 1.533), (0.99, 30, 2.457), (0.01, 2, -6.965),
            (0.99, 1e9, 2.326), (0.5, 7, 0),
        ]
    )
    func student(probability: Double, freedom: Double, expected: Double) {
        let value = StudentDistribution(freedom: freedom).quantile(probability)
        #expect(abs(value - expected) <= 0.002 * max(1, abs(expected)), "\(value)")
    }

    @Test("has finite quantiles for every argument", arguments: [-1, 0, 1, 2, .nan, .infinity] as [Double])
    func finite(argument: Double) {
        #expect(StudentDistribution(freedom: argument).quantile(argument).isFinite)
        #expect(StudentDistribution(freedom: argument).quantile(0.99).isFinite)
    }

    @Test("lies between whole degrees of freedom where they are fractions")
    func fractions() {
        let values = [1, 1.4, 2, 2.6, 3].map { StudentDistribution(freedom: $0).quantile(0.99) }
        #expect(values == values.sorted(by: >))
    }

    /// Repetitions that differ from each other by a deviation of 1, each read with an error of its own.
    private func coverage(_ count: Int, own: Double, skewed: Bool = false) -> Double {
        var random = Gaussian(seed: UInt64(count) * 31 + 7)
        func deviate() -> Double {
            guard skewed else { return random.next() }
            // An exponential variable less its mean.
            return -naturalLogarithm(1 - random.generator.nextUnit()) - 1
        }
        var covered = 0
        for _ in 0..<1_500 {
            let values = (0..<count).map { _ -> RepetitionMean.Value in
                let value = 5 + deviate() + own * random.next()
                guard own > 0 else { return RepetitionMean.Value(value) }
                let arm = 2.326 * own
                return RepetitionMean.Value(Estimate(estimate: value, low: value - arm, high: value + arm))
            }
            guard let interval = RepetitionMean(values, confidence: 0.98)?.interval else { continue }
            if interval.low <= 5, interval.high >= 5 { covered += 1 }
        }
        return Double(covered) / 1_500
    }

    @Test("has an interval that covers the truth as often as it says", arguments: [2, 3, 5, 10, 30])
    func intervals(count: Int) {
        for own in [0.0, 1] {
            let share = coverage(count, own: own)
            #expect(share >= 0.968, "\(count) repetitions, error \(own): \(share)")
        }
    }

    /// Docs say so much: few repetitions rest on the assumption that they scatter normally.
    @Test(
        "covers less where repetitions scatter on one side",
        arguments: [(3, 0.92), (5, 0.9), (10, 0.92)]
    )
    func skewed(count: Int, least: Double) {
        let share = coverage(count, own: 0, skewed: true)
        #expect(share >= least && share <= 0.985, "\(count) repetitions: \(share)")
    }

    @Test("of repetitions that agree by chance is no surer than they are themselves")
    func agreeing() throws {
        let values = Array(
            repeating: RepetitionMean.Value(Estimate(estimate: 10, low: 6, high: 18)),
            count: 4
        )
        let interval = try #require(RepetitionMean(values, confidence: 0.98)?.interval)
        // Arms of 4 and 8, each of four over the root of four.
        #expect(interval == Estimate(estimate: 10, low: 8, high: 14))
    }

    @Test("is carried above nothing by no single repetition, however far off", arguments: [2, 3, 5, 10, 100])
    func outlier(count: Int) throws {
        for size in [10, 1e3, 1e9] {
            var values = Array(repeating: RepetitionMean.Value(0), count: count)
            values[0].estimate = size
            let interval = try #require(RepetitionMean(values, confidence: 0.98)?.interval)
            #expect(interval.low < 0 && interval.high > 0)
        }
    }

    @Test("of one repetition is its own, with the interval that it brings")
    func single() throws {
        let own = Estimate(estimate: 3, low: 2, high: 5)
        let mean = try #require(RepetitionMean([.init(own)], confidence: 0.98))
        #expect(mean.interval == own && mean.standardDeviation == nil)
        #expect(RepetitionMean([.init(3)], confidence: 0.98)?.interval == nil)
        #expect(RepetitionMean([], confidence: 0.98) == nil)
        #expect(RepetitionMean([.init(.nan)], confidence: 0.98) == nil)
    }

    /// The share of intervals that cover a true difference of 2.
    private func coverage(
        _ left: (count: Int, deviation: Double),
        _ right: (count: Int, deviation: Double)
    ) -> Double {
        var random = Gaussian(seed: 5)
        var covered = 0
        for _ in 0..<1_000 {
            let base = (0..<left.count).map { _ in RepetitionMean.Value(1 + left.deviation * random.next()) }
            let candidate = (0..<right.count).map { _ in
                RepetitionMean.Value(3 + right.deviation * random.next())
            }
            let effect = RepetitionMean.difference(of: candidate, from: base, confidence: 0.98)
            if let effect, effect.low <= 2, effect.high >= 2 { covered += 1 }
        }
        return Double(covered) / 1_000
    }

    @Test(
        "differs from another by an interval that covers the truth, whichever side scatters more",
        arguments: [
            ((3, 1.0), (3, 1.0)), ((5, 1), (5, 4)), ((3, 5), (8, 1)), ((1, 1), (5, 1)), ((6, 1), (1, 1)),
            ((2, 1), (2, 1)),
        ] as [((Int, Double), (Int, Double))]
    )
    func differences(left: (Int, Double), right: (Int, Double)) {
        let share = coverage((left.0, left.1), (right.0, right.1))
        #expect(share >= 0.945, "\(left) and \(right): \(share)")
    }

    @Test("of a single run on each side tells no difference")
    func singles() {
        #expect(RepetitionMean.difference(of: [.init(1)], from: [.init(2)], confidence: 0.98) == nil)
    }
}
