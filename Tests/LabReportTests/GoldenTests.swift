import LabCore
import LabReport
import Testing

@Suite("Reports of a run are the same bytes every time")
struct GoldenTests {
    @Test("The terminal report", arguments: [80, 120])
    func terminal(width: Int) {
        expectGolden(TextReport.render(Fixture.reference, width: width), named: "reference-\(width).txt")
    }

    @Test("The report in Markdown") func markdown() {
        expectGolden(MarkdownReport.render(Fixture.reference), named: "reference.md")
    }

    @Test("The result in JSON") func json() throws {
        expectGolden(try JSONReport.render(Fixture.reference.result), named: "reference.json")
    }

    @Test("The report in HTML") func html() {
        expectGolden(HTMLReport.render(Fixture.reference), named: "reference.html")
    }

    @Test("The run as a JUnit test suite") func junit() {
        expectGolden(JUnitReport.render(Fixture.reference), named: "reference.junit.xml")
    }

    @Test("A chart on its own") func svg() {
        expectGolden(SVGChart.standalone(.rss, of: Fixture.reference), named: "reference-rss.svg")
    }

    @Test("An invalid run says so before anything else") func invalid() {
        let text = TextReport.render(Fixture.invalid, width: 100)
        expectGolden(text, named: "invalid-100.txt")
        expectGolden(MarkdownReport.render(Fixture.invalid), named: "invalid.md")
        #expect(text.split(separator: "\n").prefix(4).contains { $0.contains("INVALID RUN") })
    }

    @Test("Colours are added around the same text") func colored() {
        let colored = TextReport.render(Fixture.waves, width: 100, style: .colored)
        #expect(withoutEscapes(colored) == TextReport.render(Fixture.waves, width: 100))
        #expect(colored.contains("\u{1B}[1;31m▲ leaking\u{1B}[0m"))
    }

    @Test("Restart waves under a limit, in incident time") func waves() {
        expectGolden(
            SVGChart.standalone(.charge, of: Fixture.waves, title: "Waves"),
            named: "waves-charge.svg"
        )
        expectGolden(TextReport.render(Fixture.waves, width: 100), named: "waves-100.txt")
    }

    @Test("A release night: waves, an emergency measure, a fix", arguments: [80, 120]) func night(width: Int)
    {
        expectGolden(TextReport.render(Fixture.night, width: width), named: "night-\(width).txt")
    }

    @Test("The night in Markdown, some events lost") func nightInMarkdown() {
        expectGolden(MarkdownReport.render(Fixture.nightWithLoss), named: "night-with-loss.md")
    }

    @Test("The memory of sixteen pods that are killed many times") func nightChart() {
        expectGolden(SVGChart.standalone(.charge, of: Fixture.night), named: "night-charge.svg")
    }
}
