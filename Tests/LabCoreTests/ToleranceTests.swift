import Foundation
import LabCore
import Testing

@Suite("A tolerance")
struct ToleranceTests {
    @Test("is the larger of a share, an amount, and what cannot be decided")
    func amounts() {
        let tolerance = Tolerance(relative: 0.1, absolute: 8)
        #expect(tolerance.amount(between: 20, and: 20) == 8)
        #expect(tolerance.amount(between: -200, and: 300) == 20)
        #expect(tolerance.amount(between: 300, and: -200) == 20)
        #expect(tolerance.amount(between: 200, and: 0) == 8)
        #expect(tolerance.amount(between: 200, and: 200, least: 50) == 50)
        #expect(tolerance.amount(between: .nan, and: .nan, least: .infinity) == 8)
    }

    @Test("is a factor between two figures above zero, the same for both")
    func factors() {
        let tolerance = Tolerance(relative: 0.25, absolute: 5)
        #expect(tolerance.factor(between: 100, and: 60) == 1.25)
        #expect(tolerance.factor(between: 10, and: 100) == 1.5)
        #expect(tolerance.factor(between: 100, and: 10) == 1.5)
        #expect(tolerance.factor(between: 0, and: 10) == 1.25)
        #expect(tolerance.factor(between: .nan, and: 10) >= 1)
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
            ("failed=20%", .failed, Tolerance(relative: 0.2, absolute: 0)),
            ("findings=50%", .finding("stampede-of-x"), Tolerance(relative: 0.5, absolute: 0)),
            ("resources=0.5", .resource("descriptors"), Tolerance(relative: 0.1, absolute: 0.5)),
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
            ("findings=much", "--tolerance: “much” is no amount of findings"),
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

    @Test("of factors has as much room below as above, each the inverse of the other")
    func factors() {
        var line = ComparisonResult.Line(.cpu, tolerance: 4, decides: false, method: "")
        (line.base, line.toleranceBelow) = (20, 20 - 20 / 1.2)
        for (low, high, outcome) in [
            (-3.3, 3.9, ComparisonOutcome.same), (-9, -3.4, .better), (4.1, 9, .worse),
        ] {
            line.effect = Estimate(estimate: (low + high) / 2, low: low, high: high)
            line.judge()
            #expect(line.outcome == outcome)
        }
        #expect(line.toleranceText == "−17 to +20 %")
    }

    @Test(
        "has the key of the result for its name, also of a finding or a resource",
        arguments: ComparedMetric.allCases + [
            .resource("rows.open"), .finding("imbalance-of-requests"), .finding("pile-up-of-a-of-b"),
        ]
    )
    func keys(metric: ComparedMetric) throws {
        #expect(ComparedMetric(rawValue: metric.rawValue) == metric)
        let coded = try JSONDecoder().decode([ComparedMetric].self, from: JSONEncoder().encode([metric]))
        #expect(coded == [metric])
        #expect(!metric.title.isEmpty && !metric.text(1).isEmpty)
    }

    @Test(
        "of a finding is in the finding's unit",
        arguments: [
            ("plateau-of-heap", "plateau of heap", 1_048_576.0, "1.0 MiB"),
            ("imbalance-of-requests", "imbalance of requests", 1.94, "1.94 ×"),
            ("saw-tooth-of-heap", "saw-tooth of heap", 90, "90 s"),
            ("stampede-of-refreshesInFlight", "stampede of refreshesInFlight", 26, "26"),
            ("crash-loop-of-restarts", "crash loop", 7, "7"), ("stalled-of-lag", "stalled", 40, "40 s"),
            ("newer-kind-of-events", "newer-kind of events", 3, "3"), ("odd", "odd", 3, "3"),
        ]
    )
    func finding(name: String, title: String, value: Double, text: String) {
        #expect(ComparedMetric.finding(name).title == title)
        #expect(ComparedMetric.finding(name).text(value) == text)
    }

    @Test("of an unknown name is refused", arguments: ["", "cpu", "resources..perEvent", "findings.value"])
    func unknown(name: String) {
        #expect(ComparedMetric(rawValue: name) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([ComparedMetric].self, from: Data("[\"\(name)\"]".utf8))
        }
    }
}
