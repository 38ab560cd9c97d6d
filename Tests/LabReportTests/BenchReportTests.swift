import LabCore
import LabReport
import Testing

/// A benchmark of the reference incident with made-up figures.
enum BenchFixture {
    static let result = BenchResult(
        scenario: "service-per-event",
        title: "A service constructed for every event",
        seed: 7_230_000,
        timeScale: 1,
        overrides: [],
        environment: [
            LabelledValue("system", "some"), LabelledValue("processor", "a processor, 2 cores"),
            LabelledValue("memory", "7.8 GiB"),
        ],
        shape: BenchResult.Shape(warmUpSeconds: 2, seconds: 10, partitions: 32, repeats: 3),
        search: BenchResult.Search(precision: 0.05, verifications: 2, highestPerSecond: 1_000_000),
        variants: [
            variant("per-event", .suspect), variant("singleton", .fix, control: true),
            variant("own <b>", .fix, concurrency: nil),
        ],
        cells: cells,
        sustained: sustained,
        measurements: [],
        notes: ["The concurrency of a command is its own business: own <b>."],
        isInterrupted: false,
        exitStatus: 3
    )

    private static func variant(
        _ name: String,
        _ role: VariantRole,
        control: Bool = false,
        concurrency: Int? = 1
    ) -> BenchResult.Variant {
        BenchResult.Variant(
            name: name,
            role: role,
            control: control,
            summary: "",
            concurrency: concurrency,
            replicas: 1,
            memoryLimitBytes: 1 << 31,
            isSafetyLimit: true,
            command: concurrency == nil ? "./own" : nil
        )
    }

    private static var cells: [BenchCell] {
        var first = BenchCell(variant: "per-event", concurrency: 1, perSecond: 2_000)
        first.outcomes.sustained = 3
        first.cpuSecondsPerMillionEvents = BenchCell.Spread(median: 53.1, least: 52, most: 54.3)
        first.cpuAgainstControl = Estimate(estimate: 4.01, low: 3.9, high: 4.12)
        first.p50Millis = BenchCell.Spread(median: 12.5, least: 12.5, most: 12.5)
        first.p99Millis = BenchCell.Spread(median: 28.1, least: 27, most: 31)
        first.peakRSSBytes = BenchCell.Spread(median: 92e6, least: 92e6, most: 92e6)
        first.lagAtEnd = BenchCell.Spread(median: 64, least: 30, most: 90)
        first.drainSeconds = BenchCell.Spread(median: 0.6, least: 0.6, most: 0.6)
        var control = BenchCell(variant: "singleton", concurrency: 1, perSecond: 2_000)
        control.outcomes.sustained = 3
        control.cpuSecondsPerMillionEvents = BenchCell.Spread(median: 13.2, least: 13.2, most: 13.2)
        var late = BenchCell(variant: "per-event", concurrency: 1, perSecond: 40_000)
        late.outcomes.failed = 2
        late.outcomes.sustained = 1
        late.because = "lag grew by 5.2k events a second, 13.0 % of the rate"
        var unreached = BenchCell(variant: "singleton", concurrency: 1, perSecond: 40_000)
        unreached.outcomes.unreached = 3
        var foreign = BenchCell(variant: "own <b>", concurrency: nil, perSecond: 40_000)
        foreign.outcomes.unknown = 3
        return [first, control, late, unreached, foreign]
    }

    private static var sustained: [BenchResult.Sustained] {
        func found(
            _ variant: String,
            _ concurrency: Int?,
            _ low: Double?,
            _ high: Double?,
            _ limit: SustainedRate.Limit,
            unsteady: [Double] = [],
            ratio: Estimate? = nil,
            because: String? = nil
        ) -> BenchResult.Sustained {
            BenchResult.Sustained(
                variant: variant,
                concurrency: concurrency,
                rate: SustainedRate(
                    perSecond: low,
                    failedPerSecond: high,
                    limit: limit,
                    isVerified: limit != .unknown,
                    unsteady: unsteady,
                    steps: 11
                ),
                againstControl: ratio,
                because: because
            )
        }
        return [
            found(
                "per-event",
                1,
                12_400,
                12_900,
                .consumer,
                unsteady: [12_700],
                ratio: Estimate(estimate: 0.25, low: 0.24, high: 0.26),
                because: "lag grew by 310 events a second, 2.4 % of the rate"
            ),
            found("singleton", 1, 131_000, 137_000, .load, because: "only 91.0 % of the events came in time"),
            found("per-event", 8, nil, 2, .consumer, because: "a pod ended by itself"),
            found("singleton", 8, 1_000_000, nil, .highestAllowed),
            found("own <b>", nil, 500, nil, .unknown),
        ]
    }
}

@Suite("The report of a benchmark")
struct BenchReportTests {
    @Test("for a terminal is what it was", arguments: [100, 140])
    func text(width: Int) {
        expectGolden(BenchFixture.result.text(width: width), named: "bench-\(width).txt")
    }

    @Test("says the same without colours as with them")
    func colors() {
        let colored = BenchFixture.result.text(width: 120, style: .colored)
        let plain = BenchFixture.result.text(width: 120)
        #expect(colored != plain)
        #expect(colored.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
    }

    @Test("in Markdown is what it was")
    func markdown() {
        expectGolden(BenchFixture.result.markdown, named: "bench.md")
    }

    @Test("as a document is what it was, and reads back")
    func json() throws {
        expectGolden(BenchFixture.result.json, named: "bench.json")
    }

    @Test("of nothing is short")
    func empty() {
        var result = BenchFixture.result
        (result.cells, result.sustained, result.notes, result.search) = ([], [], [], nil)
        result.isInterrupted = true
        result.exitStatus = 130
        let text = result.text()
        #expect(text.contains("exit status 130: interrupted, the rest was not measured"))
        #expect(!text.contains("Highest sustained rate"))
    }
}
