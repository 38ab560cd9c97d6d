import Foundation
import LabAnalysis
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

    @Test(
        "says of a run whose lab ended first that it is partial, and is red",
        arguments: ReportFormat.all.map(\.name)
    )
    func cutOff(format: String) throws {
        var report = Fixture.reference
        #expect(try !report.rendered(as: format).localizedCaseInsensitiveContains("partial"))
        (report.recording.state, report.recording.isCutOff) = (.recording, true)
        (report.result.valid, report.result.invalidBecause) = (false, ["the recording is partial"])
        report.result = report.result.concluded(with: report.result.expectations, state: .recording)
        let text = try report.rendered(as: format)
        #expect(text.localizedCaseInsensitiveContains("partial"))
        if format == "junit" { #expect(text.contains("<error ")) }
        if format == "github" { #expect(text.contains("::error title=leaklab%3A invalid run::")) }
        #expect(report.result.exitStatus == 3)
        let export = try RecordingExport.render(report.recording, result: report.result)
        #expect(export.contains("\"lost\":null"))
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

    @Test("of a long run is small") func size() {
        #expect(Fixture.reference.html.utf8.count < 120_000)
        #expect(Fixture.night.html.utf8.count < 300_000)
    }

    @Test("writes the titles of columns into a style without ending it")
    func styles() {
        #expect(
            StyleText.properties(["Peak RSS", "a';}<b>"]) == #"--c1:'Peak RSS';--c2:'a\27 \3b \7d \3c b\3e '"#
        )
    }
}

@Suite("Lines of charts")
struct PathTextTests {
    @Test("go from point to point by their distance, in tenths")
    func distances() {
        #expect(
            PathText.line(through: [(0, 10), (1.5, 9.5), (2, 20), (12, 0)]) == "M0 10l1.5-.5 .5 10.5 10-20"
        )
        #expect(PathText.line(through: [(3, 4)]) == "M3 4")
        #expect(PathText.line(through: []).isEmpty)
    }

    @Test("leave out what lies on the way, and keep every peak")
    func simplified() {
        let straight = (0...100).map { PathText.Point(x: Double($0), y: 2 * Double($0)) }
        #expect(PathText.simplified(straight).count == 2)
        let teeth = (0...100).map { PathText.Point(x: Double($0), y: $0.isMultiple(of: 10) ? 5 : 0) }
        #expect(PathText.simplified(teeth).count { $0.y == 5 } == 11)
    }

    @Test("survive what is no number", arguments: [Double.nan, .infinity, -1e300])
    func absurd(value: Double) {
        #expect(!PathText.line(through: [(0, 0), (value, value), (2, 1)]).isEmpty)
    }
}
