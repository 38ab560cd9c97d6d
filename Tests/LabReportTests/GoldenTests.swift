import LabCore
import LabReport
import Testing

@Suite("Reports of a run are the same bytes every time")
struct GoldenTests {
    @Test("The terminal report", arguments: [80, 120])
    func terminal(width: Int) {
        expectGolden(Fixture.reference.text(width: width), named: "reference-\(width).txt")
    }

    @Test("The report in Markdown") func markdown() {
        expectGolden(Fixture.reference.markdown, named: "reference.md")
    }

    @Test("The result in JSON") func json() throws {
        expectGolden(Fixture.reference.json, named: "reference.json")
    }

    @Test("The report in HTML") func html() {
        expectGolden(Fixture.reference.html, named: "reference.html")
    }

    @Test("The run as a JUnit test suite") func junit() {
        expectGolden(Fixture.reference.junit, named: "reference.junit.xml")
    }

    @Test("A chart on its own") func svg() {
        expectGolden(Fixture.reference.picture("rss"), named: "reference-rss.svg")
    }

    @Test("An invalid run says so before anything else") func invalid() {
        let text = Fixture.invalid.text(width: 100)
        expectGolden(text, named: "invalid-100.txt")
        expectGolden(Fixture.invalid.markdown, named: "invalid.md")
        #expect(text.split(separator: "\n").prefix(4).contains { $0.contains("INVALID RUN") })
    }

    @Test("Colours are added around the same text") func colored() {
        let colored = Fixture.waves.text(width: 100, style: .colored)
        #expect(withoutEscapes(colored) == Fixture.waves.text(width: 100))
        #expect(colored.contains("\u{1B}[1;31m▲ leaking\u{1B}[0m"))
    }

    @Test("Restart waves under a limit, in incident time") func waves() {
        expectGolden(Fixture.waves.picture("charge"), named: "waves-charge.svg")
        expectGolden(Fixture.waves.text(width: 100), named: "waves-100.txt")
    }

    @Test("A release night: waves, an emergency measure, a fix", arguments: [80, 120]) func night(width: Int)
    {
        expectGolden(Fixture.night.text(width: width), named: "night-\(width).txt")
    }

    @Test("The night in Markdown, some events lost") func nightInMarkdown() {
        expectGolden(Fixture.nightWithLoss.markdown, named: "night-with-loss.md")
    }

    @Test("The memory of sixteen pods that are killed many times") func nightChart() {
        expectGolden(Fixture.night.picture("charge"), named: "night-charge.svg")
    }
}
