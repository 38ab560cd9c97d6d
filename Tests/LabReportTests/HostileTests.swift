import Foundation
import LabCore
import Testing

@testable import LabReport

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("Text from outside stays text")
struct HostileTests {
    /// The reference run with every name and sentence replaced.
    static let report: RunReport = {
        var report = Fixture.reference
        let name = Hostile.name
        report.recording.header.title = name
        report.recording.header.scenario = name
        report.recording.header.incident = name
        report.recording.header.id = name
        report.recording.header.memoryControl = name
        report.recording.header.scenarioText = "```\n\(name)\n</code></pre>"
        report.recording.header.overrides = [name]
        report.recording.header.broker = BrokerDescription(kind: name, bootstrapServers: name)
        report.recording.header.environment = [LabelledValue(name, name)]
        report.recording.header.configuration = [LabelledValue(name, name)]
        for index in report.recording.header.phases.indices {
            report.recording.header.phases[index].name = name
        }
        for index in report.recording.variants.indices {
            report.recording.header.variants[index].name = "\(name)\(index)"
            report.recording.header.variants[index].summary = name
            report.recording.variants[index].header = report.recording.header.variants[index]
            for pod in report.recording.variants[index].pods.indices {
                report.recording.variants[index].pods[pod].name = name
                for life in report.recording.variants[index].pods[pod].lives.indices {
                    report.recording.variants[index].pods[pod].lives[life].exit = PodExit(
                        reason: name,
                        code: 1
                    )
                    report.recording.variants[index].pods[pod].lives[life].series[MetricName(name)] =
                        Series(times: [0], values: [1])
                }
            }
            report.result.variants[index].name = "\(name)\(index)"
            report.result.variants[index].because = [name]
            report.result.variants[index].tasks.sites = [.init(site: name, kind: name, created: 1, live: 1)]
            report.result.variants[index].findings = [.init(kind: .spike, metric: name, value: 2, limit: 1)]
            report.result.variants[index].metrics = [.init(name: name, kind: .gauge, peak: 1, end: 1)]
            report.result.variants[index].evidence = [
                Evidence(
                    metric: name,
                    against: name,
                    unit: name,
                    n: 1,
                    windowSeconds: 1,
                    estimate: Estimate(estimate: 1, low: 0, high: 2),
                    threshold: 1,
                    says: name
                )
            ]
        }
        report.recording.timeline = [
            TimelineEvent(at: 1, isWarning: true, reason: name, object: name, message: name)
        ]
        report.result.run = name
        report.result.scenario = name
        report.result.valid = false
        report.result.invalidBecause = [name]
        report.result.expectations = [ExpectationResult(text: name, met: false, observed: name)]
        report.original = [
            LabelledValue("heap/event", name), LabelledValue(name, name), LabelledValue(name + "2", name),
        ]
        return report
    }()

    /// The release night with every name of a step, a handler and an event replaced.
    static let night: RunReport = {
        var report = Fixture.sparseNight
        let name = Hostile.name
        var header = report.recording.header.variants[0]
        for index in header.segments.indices {
            header.segments[index].name = "\(name)\(index)"
            header.segments[index].handler = "\(name)\(index)"
            report.result.variants[0].segments[index].name = "\(name)\(index)"
            report.result.variants[0].segments[index].handler = name
        }
        header.name = name
        report.recording.header.variants[0] = header
        report.recording.variants[0].header = header
        report.result.variants[0].name = name
        report.result.memoryControl = name
        report.result.variants[0].segments[1].waves.ratio = .init(against: name, observed: 17, predicted: 17)
        for index in report.recording.timeline.indices { report.recording.timeline[index].message = name }
        for pod in report.result.variants[0].pods.indices {
            report.result.variants[0].pods[pod].name = name
            report.recording.variants[0].pods[pod].name = name
        }
        return report
    }()

    /// By name, so that a failing test does not tell the whole run.
    private static let reports = [
        "hostile": report, "night": night, "reference": Fixture.reference, "empty": Fixture.empty,
    ]

    @Test(
        "No name opens a tag, ends an attribute or smuggles a control character into HTML",
        arguments: ["hostile", "night"]
    )
    func html(name: String) throws {
        let html = (try #require(Self.reports[name])).html
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"))
        #expect(!html.contains("<script>alert"))
        #expect(html.ranges(of: "<script>").count == 1)
        #expect(!html.contains("title=\"<") && !html.contains("</code></pre>\n</code>"))
        #expect(
            html.unicodeScalars.allSatisfy {
                $0 == "\n" || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
            }
        )
        #expect(!html.contains("\u{202E}"))
    }

    @Test("Nothing is loaded from anywhere") func selfContained() {
        let html = Self.report.html
        for reference in ["src=", "url(", "@import", "http:", "https:", "<link"] {
            #expect(!html.contains(reference), "\(reference)")
        }
        // Links lead to places on the page only.
        #expect(html.contains("href=") && !html.contains(#/href="[^#]/#))
    }

    @Test("SVG and JUnit files are well-formed XML", arguments: ["hostile", "night", "reference", "empty"])
    func xml(name: String) throws {
        let report = try #require(Self.reports[name])
        for document in ReportChart.allCases.map({ SVGChart.standalone(ChartFactory(report).chart($0)) }) + [
            report.junit
        ] {
            let parser = XMLParser(data: Data(document.utf8))
            #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") in \(document.prefix(200))")
        }
    }

    @Test("No name steers the terminal", arguments: [TextStyle.plain, .colored]) func terminal(
        style: TextStyle
    ) {
        let texts = [Self.report, Self.night].map { $0.text(width: 120, style: style) }
        let lines = texts.joined().split(separator: "\n")
        #expect(lines.allSatisfy { Hostile.isHarmless(withoutEscapes(String($0))) })
        #expect(lines.allSatisfy { withoutEscapes(String($0)).count <= 120 })
    }

    @Test("No name starts a table cell, HTML, a mention or a reference in Markdown") func markdown() {
        let text = Self.report.markdown
        let outside = text.replacing(/(?s)````.*````/, with: "").replacing(/`` .*? ``/, with: "")
        #expect(!outside.contains("<script>"))
        #expect(!outside.contains("@all") && !outside.contains("#1"))
        #expect(text.contains("````yaml\n```\n"))
        let rows = outside.split(separator: "\n").filter { $0.hasPrefix("| ") && $0.contains("spike") }
        // Seven columns between eight bars that are not escaped.
        #expect(!rows.isEmpty)
        #expect(rows.allSatisfy { $0.replacing("\\|", with: "").count { $0 == "|" } == 8 })
    }

    @Test("CSV fields are quoted as RFC 4180 has it") func csv() {
        let rows = CSVReport.render(Self.report.recording)
        #expect(rows.contains("\"<script>alert(1)</script>\"\"'&|"))
        var quotes = 0
        for character in rows where character == "\"" { quotes += 1 }
        #expect(quotes.isMultiple(of: 2))
    }

    @Test("JSON keeps every name as it is") func json() throws {
        let text = Self.report.json
        let back = try JSONDecoder().decode(RunResult.self, from: Data(text.utf8))
        #expect(back == Self.report.result)
    }
}
