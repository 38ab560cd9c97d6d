import LabCore
import Testing

@Suite("A tolerance")
struct ToleranceTests {
    @Test("is the larger of a share, an amount, and what cannot be told")
    func amounts() {
        let tolerance = Tolerance(relative: 0.1, absolute: 8)
        #expect(tolerance.amount(at: 20) == 8)
        #expect(tolerance.amount(at: -200) == 20)
        #expect(tolerance.amount(at: 200, least: 50) == 50)
        #expect(tolerance.amount(at: .nan, least: .infinity) == 8)
    }

    @Test(
        "is read from the command line",
        arguments: [
            ("cpu=10%", ComparedMetric.cpu, Tolerance(relative: 0.1, absolute: 1)),
            ("cpu=5us", .cpu, Tolerance(relative: 0.2, absolute: 5)),
            ("heap=16B", .heap, Tolerance(relative: 0.1, absolute: 16)),
            ("rss-peak=8MiB", .peakRSS, Tolerance(relative: 0.1, absolute: 8_388_608)),
            ("p99=20ms", .latencyP99, Tolerance(relative: 0.25, absolute: 20)),
            ("lost=10", .lost, Tolerance(relative: 0, absolute: 10)),
            ("throughput=36/h", .throughput, Tolerance(relative: 0.05, absolute: 36)),
            ("time-to-oom=5m", .timeToOOM, Tolerance(relative: 0.1, absolute: 300)),
        ]
    )
    func parsing(text: String, metric: ComparedMetric, expected: Tolerance) throws {
        var tolerances = Tolerances()
        try tolerances.change(text)
        #expect(abs(tolerances[metric].relative - expected.relative) < 1e-9)
        #expect(abs(tolerances[metric].absolute - expected.absolute) < 1e-9)
    }

    @Test(
        "of an unknown line or another kind is refused with what there is",
        arguments: [
            ("cpu", "--tolerance: “cpu” names no line of a comparison"),
            ("memory=1", "--tolerance: “memory=1” names no line of a comparison"),
            ("=10%", "--tolerance: “=10%” names no line of a comparison"),
            ("cpu=", "--tolerance: “cpu=” names no line of a comparison"),
            ("cpu=fast", "--tolerance: “fast” is no amount of CPU/event"),
            ("cpu=-1%", "--tolerance: “-1%” is no amount of CPU/event"),
            ("heap=5ms", "--tolerance: “5ms” is no amount of heap/event"),
            ("lost=nan", "--tolerance: “nan” is no amount of lost events"),
            ("p50=nan%", "--tolerance: “nan%” is no amount of latency p50"),
        ]
    )
    func refused(text: String, complaint: String) {
        var tolerances = Tolerances()
        let error = #expect(throws: LabError.self) { try tolerances.change(text) }
        #expect(error?.description == complaint)
        #expect(error?.exitStatus == .usage)
        #expect(error?.hint?.hasSuffix(".") == true)
    }
}

@Suite("A line of a comparison")
struct ComparisonLineTests {
    @Test(
        "is judged by where its interval lies",
        arguments: [
            (ComparedMetric.cpu, -1.0, 1.0, ComparisonOutcome.same), (.cpu, 11, 20, .worse),
            (.cpu, -20, -11, .better), (.cpu, 5, 20, .unknown), (.cpu, -20, 20, .unknown),
            (.throughput, 11, 20, .better), (.throughput, -20, -11, .worse), (.throughput, -3, 10, .same),
            (.cpu, -.infinity, 0, .unknown), (.cpu, .nan, .nan, .unknown),
        ]
    )
    func judged(metric: ComparedMetric, low: Double, high: Double, expected: ComparisonOutcome) {
        var line = ComparisonResult.Line(metric, tolerance: 10, decides: false, method: "")
        line.effect = Estimate(estimate: (low + high) / 2, low: low, high: high)
        line.judge()
        #expect(line.outcome == expected)
    }

    @Test("reads as a percentage of the base, and what is kept as an amount")
    func texts() {
        var line = ComparisonResult.Line(.cpu, tolerance: 4, decides: false, method: "")
        (line.base, line.candidate) = (20, 26)
        line.effect = Estimate(estimate: 6, low: -1, high: 7)
        #expect(line.effectText == "+30 %")
        #expect(line.intervalText == "−5.0 to +35 %")
        #expect(line.toleranceText == "± 20 %")
        #expect(line.baseText == "20.0 µs")
        var kept = ComparisonResult.Line(.heap, tolerance: 26, decides: true, method: "")
        kept.effect = Estimate(estimate: 400, low: 380, high: 2_000)
        #expect(kept.effectText == "+400 B")
        #expect(kept.intervalText == "+380 B to +2.0 KiB")
        #expect(kept.baseText == "–")
    }
}
