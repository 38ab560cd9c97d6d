import LabCore
import Testing

@testable import LabAnalysis

@Suite("The search for the highest sustained rate")
struct SustainedRateSearchTests {
    private static func settings(
        start: Double = 2_000,
        bounds: ClosedRange<Double> = 1...1_000_000,
        verifications: Int = 2,
        stepLimit: Int = 40
    ) -> SustainedRateSearch.Settings {
        SustainedRateSearch.Settings(
            start: start,
            bounds: bounds,
            verifications: verifications,
            stepLimit: stepLimit
        )
    }

    /// Runs a search on a system, and tells which rates it measured.
    private static func search(
        _ settings: SustainedRateSearch.Settings = settings(),
        _ system: (Double, Int) -> StepOutcome
    ) -> (result: SustainedRate, rates: [Double]) {
        var search = SustainedRateSearch(settings)
        var rates: [Double] = []
        while let rate = search.next, rates.count < 1_000 {
            search.take(system(rate, rates.count(where: { $0 == rate })), at: rate)
            rates.append(rate)
        }
        return (search.result, rates)
    }

    @Test(
        "finds the threshold of a steady system to the precision, from wherever it starts",
        arguments: [3.0, 47, 1_999, 2_000, 2_001, 12_345, 900_000],
        [5.0, 2_000, 700_000]
    )
    func steady(threshold: Double, start: Double) throws {
        let (result, rates) = Self.search(Self.settings(start: start)) { rate, _ in
            rate <= threshold ? .sustained : .failed
        }
        let (low, high) = (try #require(result.perSecond), try #require(result.failedPerSecond))
        #expect(low <= threshold && threshold < high)
        #expect(high <= low * 1.05)
        #expect(result.limit == .consumer)
        #expect(result.isVerified)
        #expect(result.unsteady.isEmpty)
        #expect(result.steps == rates.count)
        #expect(rates.count { $0 == low } == 2)
        #expect(rates.count { $0 == high } == 2)
    }

    @Test("doubles up from its start, then takes the middle, and verifies both ends last")
    func order() {
        let (_, rates) = Self.search { rate, _ in rate <= 10_000 ? .sustained : .failed }
        #expect(
            rates == [
                2_000, 4_000, 8_000, 16_000, 11_300, 9_510, 10_400, 9_950, 9_950, 10_400,
            ]
        )
    }

    @Test("says that nothing above the highest rate allowed was tried")
    func neverFails() {
        let (result, rates) = Self.search(Self.settings(bounds: 1...10_000)) { _, _ in .sustained }
        #expect(rates == [2_000, 4_000, 8_000, 10_000, 10_000])
        #expect(
            result
                == SustainedRate(
                    perSecond: 10_000,
                    failedPerSecond: nil,
                    limit: .highestAllowed,
                    isVerified: true,
                    steps: 5
                )
        )
    }

    @Test("gives no rate for a system that sustains none")
    func alwaysFails() {
        let (result, _) = Self.search { _, _ in .failed }
        #expect(result.perSecond == nil)
        #expect(result.failedPerSecond == 1)
        #expect(result.limit == .consumer)
        #expect(result.isVerified)
    }

    @Test("never takes a load that did not come for a consumer that did not keep up")
    func producerLimited() throws {
        let (result, _) = Self.search { rate, _ in rate <= 50_000 ? .sustained : .unreached }
        #expect(result.limit == .load)
        let low = try #require(result.perSecond)
        #expect((47_500...50_000).contains(low))
    }

    @Test("goes below a failure that comes before the load's own limit")
    func bothLimits() throws {
        let (result, _) = Self.search { rate, _ in
            rate <= 20_000 ? .sustained : rate <= 60_000 ? .failed : .unreached
        }
        #expect(result.limit == .consumer)
        let low = try #require(result.perSecond)
        #expect((19_000...20_000).contains(low))
    }

    @Test(
        "is not misled by one hiccup, wherever it happens",
        arguments: [2_000.0, 4_000, 8_000, 11_300, 9_510, 9_950]
    )
    func hiccup(at unlucky: Double) throws {
        let (result, rates) = Self.search { rate, trial in
            rate <= 10_000 && !(rate == unlucky && trial == 0) ? .sustained : .failed
        }
        let low = try #require(result.perSecond)
        #expect((9_500...10_000).contains(low))
        #expect(result.isVerified)
        #expect(rates.count <= 20)
    }

    @Test("widens the bracket when its lower end does not hold, and goes on")
    func contradiction() throws {
        // 9,950 passes once, and never again.
        let (result, rates) = Self.search { rate, trial in
            rate < 9_950 || rate == 9_950 && trial == 0 ? .sustained : .failed
        }
        let (low, high) = (try #require(result.perSecond), try #require(result.failedPerSecond))
        #expect(low < 9_950 && high >= 9_950)
        #expect(high <= low * 1.05)
        #expect(result.isVerified)
        #expect(rates.count { $0 == 9_950 } > 2)
    }

    @Test("tells rates that go on coming out both ways, and ends")
    func unsteady() throws {
        let (result, rates) = Self.search { rate, trial in
            rate < 9_000
                ? .sustained : rate > 11_000 ? .failed : trial.isMultiple(of: 2) ? .sustained : .failed
        }
        let (low, high) = (try #require(result.perSecond), try #require(result.failedPerSecond))
        #expect(low < 9_000 && high > 11_000)
        #expect(!result.unsteady.isEmpty)
        #expect(result.unsteady.allSatisfy { (9_000...11_000).contains($0) })
        #expect(result.isVerified)
        #expect(rates.count < 40)
    }

    @Test("stays within its steps, and says that they were used up")
    func exhausted() {
        let (result, rates) = Self.search(Self.settings(stepLimit: 6)) { rate, _ in
            rate <= 10_000 ? .sustained : .failed
        }
        #expect(rates.count == 6)
        #expect(result.limit == .ended)
        #expect(!result.isVerified)
        #expect(result.perSecond == 9_510)
        #expect(result.failedPerSecond == 11_300)
    }

    @Test("gives up where a step cannot be judged twice, not once")
    func unknown() {
        let never = Self.search { rate, _ in rate < 8_000 ? .sustained : .unknown }
        #expect(never.rates == [2_000, 4_000, 8_000, 8_000])
        #expect(never.result.limit == .unknown)
        #expect(!never.result.isVerified)
        let once = Self.search { rate, trial in
            rate == 8_000 && trial == 0 ? .unknown : rate <= 10_000 ? .sustained : .failed
        }
        #expect(once.result.limit == .consumer)
        #expect(once.result.isVerified)
    }

    @Test("begins where earlier measurements end")
    func notes() {
        var search = SustainedRateSearch(Self.settings())
        for (rate, outcome) in [(500.0, StepOutcome.sustained), (8_000, .failed)] {
            search.note(outcome, at: rate)
        }
        #expect(search.next == 2_000)
        #expect(search.result.steps == 0)
        #expect(search.result.limit == .ended)
    }

    @Test(
        "finds a noisy threshold within its noise, whatever the dice",
        arguments: 1...40 as ClosedRange<UInt64>
    )
    func noisy(seed: UInt64) throws {
        var dice = SplitMix64(seed: seed)
        let (result, rates) = Self.search { rate, _ in
            // The threshold wanders by 10 % to either side from step to step.
            let threshold = 10_000 * (0.9 + 0.2 * dice.nextUnit())
            return rate <= threshold ? .sustained : .failed
        }
        let low = try #require(result.perSecond)
        #expect((7_500...11_100).contains(low), "\(result)")
        #expect(rates.count <= 40)
        #expect(result.failedPerSecond.map { $0 > low } ?? false)
    }

    @Test(
        "rounds rates to what can be said",
        arguments: [
            (1.2345, 1.23), (12_345, 12_300), (0.004567, 0.00457), (999.7, 1_000), (100, 100), (0, 0),
        ]
    )
    func rounding(rate: Double, rounded: Double) {
        #expect(Bracket.rounded(rate) == rounded)
    }
}
