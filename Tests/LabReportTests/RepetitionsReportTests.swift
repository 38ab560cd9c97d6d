import LabCore
import Testing

@testable import LabReport

@Suite("A report of repetitions")
struct RepetitionsReportTests {
    private static func figure(_ metric: ComparedMetric, _ values: [Double?]) -> RepeatedFigure {
        let known = values.compactMap(\.self)
        let mean = known.reduce(0, +) / Double(max(1, known.count))
        return RepeatedFigure(
            metric,
            estimate: mean,
            low: 0.9 * mean,
            high: 1.1 * mean,
            n: known.count,
            standardDeviation: 0.02 * mean,
            values: values
        )
    }

    private static let repetitions = [
        RepetitionsResult.Repetition(
            number: 1,
            run: "20261121-100000-aaaa",
            seed: 1,
            order: ["per-event", "singleton"],
            use: .used,
            because: [],
            verdicts: []
        ),
        RepetitionsResult.Repetition(
            number: 2,
            run: "20261121-100200-bbbb",
            seed: 2,
            order: ["singleton", "per-event"],
            use: .repeated,
            because: ["the producer reached 91 % of the rate that was due: this machine could not keep up"],
            verdicts: []
        ),
        RepetitionsResult.Repetition(
            number: 2,
            run: "20261121-100400-cccc",
            seed: 2,
            order: ["singleton", "per-event"],
            use: .used,
            because: [],
            verdicts: []
        ),
    ]

    static let result: RepetitionsResult = {
        func variant(
            _ name: String,
            _ role: VariantRole,
            _ verdict: Verdict,
            heap: Double
        ) -> RepetitionsResult.Variant {
            RepetitionsResult.Variant(
                name: name,
                role: role,
                control: role == .fix,
                verdict: verdict,
                flagged: verdict == .leaking,
                because: ["\(verdict.rawValue) in 2 of 2 repetitions"],
                lost: 0,
                figures: [
                    figure(.tasks, [heap / 21_000, heap / 21_000]), figure(.heap, [heap, heap + 1]),
                    figure(.cpu, [32, 33]), figure(.latencyP99, [31, nil]),
                ],
                smallestDetectableBytesPerEvent: 43
            )
        }
        return RepetitionsResult(
            id: "rep-20261121-100000-dddd",
            scenario: "service-per-event",
            title: "A service constructed for every event",
            timeScale: 1,
            seed: 1,
            schedule: "sequential",
            asked: 2,
            used: 2,
            valid: true,
            invalidBecause: [],
            repetitions: repetitions,
            variants: [
                variant("per-event", .suspect, .leaking, heap: 21_000),
                variant("singleton", .fix, .bounded, heap: 0.2),
            ],
            expectations: [
                ExpectationResult(text: "singleton.verdict == bounded", met: true, observed: "bounded"),
                ExpectationResult(text: "singleton.lag.final == 0", met: false, observed: "0, 4"),
            ],
            notes: ["intervals: 98 %, by Student from 2 repetitions"],
            exitStatus: 2
        )
    }()

    @Test("tells verdicts, figures with their spread, and what became of every run")
    func golden() throws {
        let result = Self.result
        expectGolden(result.text(width: 100), named: "repetitions-100.txt")
        expectGolden(result.markdown, named: "repetitions.md")
        expectGolden(result.json, named: "repetitions.json")
        expectGolden(result.junit, named: "repetitions.junit.xml")
        expectGolden(result.github, named: "repetitions.github.txt")
    }

    @Test("of none says that nothing is known")
    func none() {
        var result = Self.result
        (result.used, result.valid, result.variants) = (0, false, [])
        let text = result.text()
        #expect(text.contains("No repetition was whole and valid"))
    }

    @Test("and the comparison with a baseline are two JUnit suites of one document")
    func joined() throws {
        var result = Self.result
        result.comparison = ComparisonFixture.reference
        let both = result.junit
        #expect(both.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite "))
        #expect(both.hasSuffix("</testsuite>\n</testsuites>\n"))
        #expect(both.split(separator: "<?xml").count == 1)
        #expect(both.split(separator: "<testsuite ").count == 3)
    }

    @Test("lets no name end an annotation, a table or an element")
    func hostile() {
        var result = Self.result
        result.title = "a|b\n::error::<b>"
        result.variants[0].name = "x | y\n::error title=z::<script>"
        result.repetitions[1].because = ["% \r\n::error::y"]
        let lines = result.github.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("::") && !$0.hasPrefix("::error::") })
        #expect(!result.junit.contains("<script>"))
        #expect(!result.markdown.contains("<script>"))
        #expect(!result.text().contains("\n::error"))
    }

    @Test("survives figures that hold nonsense", arguments: [0, -1, 1e300, .nan, .infinity] as [Double])
    func absurd(value: Double) throws {
        var result = Self.result
        for metric in ComparedMetric.allCases {
            result.variants[0].figures.append(Self.figure(metric, [value, nil]))
        }
        result.variants[0].smallestDetectableBytesPerEvent = value
        #expect(!result.text(width: 0).isEmpty)
        #expect(!result.markdown.isEmpty)
        #expect(!result.json.isEmpty)
    }
}
