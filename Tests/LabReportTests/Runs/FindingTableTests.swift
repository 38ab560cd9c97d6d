import LabCore
import Testing

@testable import LabReport

@Suite("What was found besides growth") struct FindingTableTests {
    private static func report(_ findings: [Finding]) -> RunReport {
        var report = Fixture.reference
        report.result.variants[2].findings = findings
        return report
    }

    @Test("A finding is told with its limit, what was predicted, and how often")
    func cells() {
        let rows = Table(findingsOf: Self.report(Fixture.findings).result).rows
        #expect(rows.map(\.group) == Array(repeating: "singleton", count: 4))
        #expect(
            rows.map { [$0.label.text] + $0.cells.dropLast().map(\.text) } == [
                ["! spike of rss", "4.2 ×", "1.5 ×", "–", "14"],
                ["plateau of heap", "548 MiB", "–", "559 MiB (−2 %)", "–"],
                ["saw-tooth of heap", "1 h", "2 h", "–", "3"],
                ["! pile-up of runningTasks", "1,240", "400", "–", "1"],
            ]
        )
        #expect(
            rows.map { $0.cells.last?.text } == [
                "109 MiB at most, 26.0 MiB as a rule", "predicted as 1,000 results × 573 KiB", "",
                "still rising at the end",
            ]
        )
    }

    @Test(
        "The difference from a prediction has a sign",
        arguments: [(105, " (+5 %)"), (100.4, " (±0 %)"), (99, " (−1 %)")] as [(Double, String)]
    )
    func difference(value: Double, text: String) {
        let finding = Finding(kind: .plateau, metric: "entries", value: value, limit: nil, predicted: 100)
        let row = Table(findingsOf: Self.report([finding]).result).rows.first
        #expect(row?.cells[2].text == "100\(text)")
    }

    @Test("Every report has the table if there is something in it, and marks what is beyond its limit")
    func reports() {
        let report = Self.report(Fixture.findings)
        let (text, page, markdown) = (
            report.text(width: 80), report.html, report.markdown
        )
        #expect(text.contains("\n  ! spike of rss") && text.contains("559 MiB (−2 %)"))
        #expect(page.contains("<section id=\"findings\"") && page.contains("! pile-up of runningTasks"))
        #expect(markdown.contains("### Findings\n\n") && markdown.contains("| ! spike of rss | 4.2 × |"))
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let none = Self.report([])
        #expect(!none.html.contains("id=\"findings\""))
        #expect(!none.markdown.contains("### Findings"))
    }

    @Test("A resource is told as held at the end, and with what each event added where it leaks")
    func resources() throws {
        let rows = Comparison(Fixture.invalid).table([:]).rows.filter { $0.group == "Resources" }
        #expect(rows.map(\.label.text) == ["descriptors", "statementsOpen"])
        #expect(
            rows.map { $0.cells.prefix(3).map(\.text) } == [
                ["–", "–", "14"], ["–", "–", "5,014 · 0.100/event"],
            ]
        )
        #expect(try #require(rows.last).cells[2].tone == .bad)
        #expect(!Comparison(Fixture.reference).groups.contains { $0.title == "Resources" })
    }
}
