import LabCore
import Testing

@testable import LabReport

@Suite("What continuous integration prints")
struct CIOutputTests {
    private func document(_ annotations: [Check.Annotation], file: String? = nil) -> Document {
        var document = Document(title: "x", value: 1)
        document.gate = Gate("x", id: "x", classname: "x", checks: [.remark(annotations)])
        document.gate?.file = file
        return document
    }

    @Test("has ten annotations at most, errors first, and says how many there are besides")
    func most() {
        let warnings = (1...9).map { Check.Annotation(.warning, "w", "warning \($0)") }
        let errors = (1...4).map { Check.Annotation(.error, "e", "error \($0)") }
        let lines = GitHubBackend.render(document(warnings + errors)).split(separator: "\n")
        #expect(lines.count == 10)
        #expect(lines.prefix(4).allSatisfy { $0.hasPrefix("::error title=e::error ") })
        #expect(lines.last == "::warning title=leaklab%3A 4 more::They stand in the report.")
        let ten = GitHubBackend.render(document(Array(warnings + errors.prefix(1))))
        #expect(ten.split(separator: "\n").count == 10 && !ten.contains("more"))
    }

    @Test("says a headline once, though the run and its comparison both have it")
    func once() {
        var whole = document([Check.Annotation(.error, "run", "compared with the baseline: Do not ship it.")])
        whole.appendices = [
            document([
                Check.Annotation(.error, "compare", "Do not ship it."),
                Check.Annotation(.warning, "a", "too few"), Check.Annotation(.warning, "b", "too few"),
            ])
        ]
        let lines = GitHubBackend.render(whole).split(separator: "\n")
        #expect(lines.count { $0.contains("Do not ship it.") } == 1)
        #expect(lines.count { $0.contains("too few") } == 2, "\(lines)")
    }

    @Test("names the scenario's file, with the line of the expectation or the variant")
    func places() {
        var report = Fixture.reference
        report.scenarioFile = "scenarios/a, b.yaml"
        report.recording.header.scenarioText = """
            incident: x
            variants:
              - {name: singleton, control: true}
            expect:
              - singleton.lag.final == 0
            """
        report.result.expectations = [
            ExpectationResult(text: "singleton.lag.final == 0", met: false, observed: "9")
        ]
        report.result.variants[2].verdict = .inconclusive
        report.result.exitStatus = 2
        let lines = report.github.split(separator: "\n")
        let file = "file=scenarios/a%2C b.yaml"
        let unmet = "::error \(file),line=5,title=leaklab%3A expectation not met::"
        #expect(lines.contains { $0.hasPrefix(unmet) }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("::warning \(file),line=3,title=") }, "\(lines)")
        report.scenarioFile = nil
        #expect(!report.github.contains("file=") && !report.github.contains("line="))
    }

    @Test("has the run's facts in JUnit as properties, and the reason of a failure in its body")
    func junit() {
        var report = Fixture.reference
        report.result.expectations[0].met = false
        report.result.expectations[0].observed = "bounded"
        let junit = report.junit
        #expect(junit.contains("<property name=\"seed\" value=\"1\">"), "\(junit)")
        #expect(junit.contains("<property name=\"scenario\" value=\"service-per-event\">"))
        let body = "per-event.verdict == leaking\nobserved: bounded"
        #expect(junit.contains("<failure message=\"observed: bounded\">\(body)"), "\(junit)")
    }

    @Test("folds the lines of a comparison that are the same, and begins with the pair that is worst")
    func comparison() throws {
        let compared: ComparisonResult? = ComparisonFixture.regression
        var result = try #require(compared)
        let markdown = result.markdown
        let same = try #require(result.pairs.first?.lines.first { $0.outcome == .same })
        let fold = try #require(markdown.firstRange(of: "the same within the tolerances</summary>"))
        let line = try #require(markdown.firstRange(of: "| \(same.metric.title) |"))
        #expect(fold.upperBound < line.lowerBound)
        var better = try #require(result.pairs.first)
        better.outcome = .better
        better.candidate.variant = "another"
        result.pairs.insert(better, at: 0)
        let first = try #require(result.document.sections.first?.title)
        #expect(!first.contains("another"), "\(first)")
        result.exitStatus = 0
        #expect(result.document.sections.first?.title.contains("another") == true)
    }
}
