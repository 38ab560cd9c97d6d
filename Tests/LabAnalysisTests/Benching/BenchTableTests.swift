import LabCore
import Testing

@testable import LabAnalysis

@Suite("The matrix of a benchmark")
struct BenchTableTests {
    private static func measured(
        _ variant: String,
        _ attempt: Int,
        cpu: Double,
        outcome: StepOutcome = .sustained,
        concurrency: Int? = nil
    ) -> BenchMeasurement {
        BenchMeasurement(
            variant: variant,
            concurrency: concurrency,
            perSecond: 500,
            attempt: attempt,
            fingerprint: "",
            run: nil,
            wallSeconds: 14,
            figures: StepFigures(
                outcome: outcome,
                because: outcome == .sustained ? [] : ["attempt \(attempt)"],
                cpuSecondsPerMillionEvents: cpu
            )
        )
    }

    private static let measurements = [
        measured("a", 0, cpu: 30), measured("a", 1, cpu: 33, outcome: .failed), measured("a", 2, cpu: 31),
        measured("a", 3, cpu: 900), measured("c", 0, cpu: 10), measured("c", 1, cpu: 11),
        measured("c", 2, cpu: 10), measured("a", 0, cpu: 1, concurrency: 8),
    ]

    @Test("has the middle of the repetitions, and leaves out what a search measured")
    func spread() throws {
        let table = BenchTable(Self.measurements, repeats: 3, control: "c")
        let cell = try #require(table.cell(variant: "a", concurrency: nil, perSecond: 500))
        #expect(cell.cpuSecondsPerMillionEvents == BenchCell.Spread(median: 31, least: 30, most: 33))
        #expect(cell.outcomes.sustained == 2)
        #expect(cell.outcomes.failed == 1)
        #expect(cell.because == "attempt 1")
        #expect(table.cell(variant: "a", concurrency: nil, perSecond: 501) == nil)
        #expect(table.cell(variant: "c", concurrency: nil, perSecond: 500)?.cpuAgainstControl == nil)
    }

    @Test("pairs each repetition with the control's beside it")
    func ratio() throws {
        let table = BenchTable(Self.measurements, repeats: 3, control: "c")
        let cell = try #require(table.cell(variant: "a", concurrency: nil, perSecond: 500))
        let ratio = try #require(cell.cpuAgainstControl)
        // The ratios are 3, 3 and 3.1: their logarithms are 1.0986 twice and 1.1314 once.
        #expect(abs(ratio.estimate - 3.033) < 0.001)
        #expect(abs(ratio.low - 2.893) < 0.002)
        #expect(abs(ratio.high - 3.179) < 0.002)
        let once = BenchTable(Self.measurements, repeats: 1, control: "c")
        let single = try #require(
            once.cell(variant: "a", concurrency: nil, perSecond: 500)?.cpuAgainstControl
        )
        #expect(abs(single.estimate - 3) < 1e-9)
        #expect(single.low == single.high)
    }

    @Test("has no ratio without a control in the same column")
    func missing() {
        let table = BenchTable(Self.measurements, repeats: 1, control: "c")
        let cell = table.cell(variant: "a", concurrency: 8, perSecond: 500)
        #expect(cell?.outcomes.count == 1)
        #expect(cell?.cpuAgainstControl == nil)
    }

    @Test("compares highest rates by their brackets, and only those that the consumer set")
    func brackets() throws {
        func rate(_ low: Double, _ high: Double, _ limit: SustainedRate.Limit = .consumer) -> SustainedRate {
            SustainedRate(perSecond: low, failedPerSecond: high, limit: limit, isVerified: true, steps: 9)
        }
        let ratio = try #require(RatioOfRepeats.estimate(rate(1_000, 1_050), over: rate(4_000, 4_200)))
        #expect(abs(ratio.estimate - 0.25) < 1e-9)
        #expect(abs(ratio.low - 1_000.0 / 4_200) < 1e-9)
        #expect(abs(ratio.high - 1_050.0 / 4_000) < 1e-9)
        #expect(RatioOfRepeats.estimate(rate(1_000, 1_050), over: rate(4_000, 4_200, .load)) == nil)
    }

    @Test("makes nothing of figures that are none")
    func absurd() {
        #expect(RatioOfRepeats.estimate([]) == nil)
        #expect(RatioOfRepeats.estimate([(0, 1), (-1, 1), (.nan, 1), (1, 0), (.infinity, 1)]) == nil)
    }
}
