import LabCore
import Testing

@testable import LabAnalysis

@Suite("How much more often something was counted")
struct CountRatioTests {
    @Test(
        "has the exact interval of a share",
        arguments: [
            // Tables of Clopper and Pearson at 95 %, and (1 − α/2)^(1/n) at the ends.
            (0.0, 10.0, 0.0, 0.3085), (10, 10, 0.6915, 1), (5, 10, 0.1871, 0.8129), (1, 100, 0.00025, 0.0545),
            (500, 1_000, 0.4685, 0.5315), (50_000, 1_000_000, 0.04957, 0.05043),
        ]
    )
    func share(count: Double, trials: Double, low: Double, high: Double) {
        let interval = BinomialInterval(count, of: trials, confidence: 0.95)
        #expect(abs(interval.low - low) < 0.0001 && abs(interval.high - high) < 0.0001, "\(interval)")
    }

    @Test("is the reciprocal the other way round", arguments: [(3.0, 17.0), (300, 280), (0, 9), (1, 1)])
    func reciprocal(base: Double, count: Double) throws {
        let forth = try #require(CountRatio(count, of: 4_000, over: base, of: 5_000, confidence: 0.98))
        let back = try #require(CountRatio(base, of: 5_000, over: count, of: 4_000, confidence: 0.98))
        func isReciprocal(_ left: Double, _ right: Double) -> Bool {
            left.isInfinite ? right == 0 : right.isInfinite ? left == 0 : abs(left * right - 1) < 1e-9
        }
        #expect(isReciprocal(forth.estimate, back.estimate))
        #expect(isReciprocal(forth.low, back.high) && isReciprocal(forth.high, back.low))
        #expect(forth.low <= forth.estimate && forth.estimate <= forth.high)
    }

    @Test(
        "is unknown where nothing was counted, and total for nonsense",
        arguments: [(0, 10, 0, 10), (1, 0, 1, 10), (-1, 10, 1, 10), (.nan, 10, 1, 10)]
            as [(
                Double, Double, Double, Double
            )]
    )
    func nothing(count: Double, events: Double, base: Double, baseEvents: Double) {
        #expect(CountRatio(count, of: events, over: base, of: baseEvents, confidence: 0.98) == nil)
    }

    @Test("takes as long for many as for few")
    func large() {
        let interval = BinomialInterval(4e9, of: 1e10, confidence: 0.98)
        #expect(abs(interval.low - 0.4) < 0.001 && abs(interval.high - 0.4) < 0.001, "\(interval)")
    }
}
