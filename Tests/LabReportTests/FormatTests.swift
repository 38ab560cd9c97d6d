import LabCore
import Testing

@testable import LabReport

@Suite("Every format")
struct FormatTests {
    @Test("has a name of its own, and renders every document that has what it needs")
    func all() throws {
        let names = ReportFormat.all.map(\.name)
        #expect(Set(names).count == names.count)
        let comparison = try #require(ComparisonFixture.regression)
        let subjects: [any Reportable] = [
            Fixture.night, comparison, RepetitionsReportTests.result, BenchFixture.result,
        ]
        for subject in subjects {
            for format in ReportFormat.supported(by: type(of: subject).parts) {
                let text = try format.render(subject.document, Appearance())
                #expect(text.hasSuffix("\n"), "\(format.name)")
            }
        }
    }

    @Test("needs what only some documents have")
    func needs() {
        func names(_ parts: DocumentParts) -> [String] { ReportFormat.supported(by: parts).map(\.name) }
        #expect(!names(BenchResult.parts).contains("junit") && !names(BenchResult.parts).contains("svg"))
        #expect(names(ComparisonResult.parts).contains("github"))
        #expect(names(RunReport.parts) == ReportFormat.all.map(\.name))
    }

    @Test("shows what comes with a document: the comparison with a baseline")
    func appendices() throws {
        var report = Fixture.reference
        report.result.comparison = ComparisonFixture.reference
        for format in ["text", "markdown", "html", "github", "junit"] {
            let own = try Fixture.reference.rendered(as: format)
            let both = try report.rendered(as: format)
            #expect(both.count > own.count + 100, "\(format)")
        }
        #expect(report.html.contains("Compared with the baseline"))
        #expect(report.text().contains("\n\nA service constructed for every event\nservice-per-event"))
    }
}

@Suite("A page")
struct PageTests {
    @Test("has a list of its sections, each of which it has")
    func contents() {
        for html in [Fixture.night.html, RepetitionsReportTests.result.html] {
            let links = html.matches(of: #/href="#([^"]+)"/#).map { String($0.1) }
            #expect(links.count > 2)
            for link in links { #expect(html.contains("<section id=\"\(link)\"")) }
        }
    }

    @Test("folds charts away in which nothing moves")
    func flat() throws {
        var report = Fixture.reference
        for variant in report.recording.variants.indices {
            let times = report.recording.variants[variant].series[.lag]?.times ?? []
            report.recording.variants[variant].series[.lag] =
                Series(times: times, values: times.map { _ in 0 })
        }
        #expect(!Fixture.reference.html.contains("Nothing but zero"))
        let html = report.html
        let fold = try #require(html.firstRange(of: "<summary>Nothing but zero: Lag</summary>"))
        let chart = try #require(html.firstRange(of: "id=\"chart-lag\""))
        #expect(fold.upperBound < chart.lowerBound)
    }

    @Test("writes the titles of columns into a style without ending it")
    func styles() {
        #expect(
            StyleText.properties(["Peak RSS", "a';}<b>"]) == #"--c1:'Peak RSS';--c2:'a\27 \3b \7d \3c b\3e '"#
        )
    }
}
