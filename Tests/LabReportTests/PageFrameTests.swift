import Foundation
import LabCore
import Testing

@testable import LabReport

@Suite("The frames of the live page")
struct PageFrameTests {
    private static let second: Int64 = 1_000_000_000

    @Test("have the report’s charts, what is asked about first")
    func order() {
        var report = Fixture.night
        report.header(watching: ["lag"])
        let charts = PageFrame(report, state: .finished).charts
        #expect(charts.first?.id == "lag")
        #expect(charts.first?.group == .watched)
        let ids = charts.map(\.id)
        #expect(Set(ids).count == ids.count)
        for id in ["rss", "charge", "heap", "tasks", "pod-memory", "restarts"] {
            #expect(ids.contains(id), "\(id)")
        }
    }

    @Test("what is looked for in every run brings no chart to the front")
    func standardRules() {
        var report = Fixture.night
        report.recording.header.findings = FindingRule.standard
        for variant in report.result.variants.indices { report.result.variants[variant].findings = [] }
        #expect(PageFrame(report, state: .running).charts.allSatisfy { $0.group != .watched })
    }

    @Test("kills stand as marks on every curve, those close together as one with their number")
    func marks() throws {
        let frame = PageFrame(Fixture.night, state: .finished)
        let kills = Fixture.night.recording.variants.flatMap(\.pods).flatMap(\.lives).filter(\.wasOOMKilled)
        #expect(!kills.isEmpty)
        #expect(frame.marks.filter(\.isKill).reduce(0) { $0 + $1.count } == kills.count)
        #expect(frame.marks.count <= 500)
    }

    @Test("a run that goes on has its phase, what comes next, and no ending")
    func running() throws {
        let report = Fixture.night
        let phase = try #require(report.header.phases.first)
        let frame = PageFrame(report, state: .running, now: phase.start + Self.second)
        #expect(frame.phase == phase.name)
        #expect(frame.next.map { $0.at > frame.now } == true)
        #expect(!frame.isFinal)
        #expect(frame.ending == nil)
        #expect(frame.end >= PageChart.seconds(report.header.phases.map(\.end).max() ?? 0))
    }

    @Test(
        "the last frame says how it ended and keeps verdicts and values",
        arguments: [PageFrame.State.finished, .interrupted, .failed, .cutOff]
    )
    func last(state: PageFrame.State) throws {
        let frame = PageFrame(Fixture.night, state: state)
        #expect(frame.isFinal)
        #expect(frame.ending?.isEmpty == false)
        #expect(frame.next == nil)
        let verdicts = Fixture.night.result.variants.map(\.verdict.rawValue)
        #expect(frame.variants.map(\.verdict) == verdicts)
        #expect(frame.variants.allSatisfy { $0.values.first?.text != Figure.unknown })
    }

    @Test("while it goes on a verdict that does not stand is “not yet”, with what is missing")
    func notYet() throws {
        var report = Fixture.night
        report.result.variants[0].verdict = .inconclusive
        report.result.variants[0].undecided = []
        report.recording.header.warmUp = 0
        let load = report.header.phases.map(\.end).max() ?? 0
        let frame = PageFrame(report, state: .running, now: load - 30 * Self.second)
        #expect(frame.variants[0].verdict == "not yet")
        #expect(frame.variants[0].open == "30 s more")
        let end = PageFrame(report, state: .finished)
        #expect(end.variants[0].verdict == "inconclusive")
    }

    @Test("a variant that takes steps has a verdict for each that it has reached")
    func segments() throws {
        let report = Fixture.night
        let header = try #require(report.recording.variants.first).header
        let second = try #require(header.segments.dropFirst().first)
        let early = PageFrame(report, state: .running, now: second.start - Self.second)
        #expect(early.variants[0].segments.map(\.name) == [header.segments[0].name])
        let end = PageFrame(report, state: .finished)
        #expect(end.variants[0].segments.map(\.name) == header.segments.map(\.name))
        #expect(end.variants[0].segments.last?.verdict == "bounded")
        #expect(end.variants[1].segments.isEmpty)
    }

    @Test("acts are on the page from their moment on, those on the load as lines in all charts")
    func acts() {
        var report = Fixture.night
        let scale = report.timeScale
        report.recording.header.acts = [
            RecordedAct(number: 1, at: 10 * scale, act: "rate 2x", opens: "act-1", afterMilliseconds: 41),
            RecordedAct(number: 2, at: 20 * scale, act: "scale a 4", variants: ["a"], afterMilliseconds: 12),
        ]
        let early = PageFrame(report, state: .running, now: 15 * Self.second)
        #expect(early.acts.map(\.text) == ["rate 2x"])
        let late = PageFrame(report, state: .running, now: 25 * Self.second)
        #expect(late.acts.map(\.number) == [1, 2] && late.acts.map(\.at) == [10, 20])
        #expect(late.steps.contains { $0.text == "rate 2x" && $0.at == 10 && $0.style == nil })
        #expect(!late.steps.contains { $0.text == "scale a 4" })
    }

    @Test("an expectation that does not apply says so, and is not counted as not met")
    func notApplicable() {
        var report = Fixture.night
        report.result.expectations = [
            ExpectationResult(text: "valid == true", met: true, observed: "true"),
            ExpectationResult(
                text: "a.verdict == bounded",
                met: false,
                observed: "leaking",
                notApplicable: "made for another run"
            ),
        ]
        let frame = PageFrame(report, state: .finished)
        #expect(frame.ending == "The run has ended. All expectations that apply are met.")
        #expect(frame.expectations.map(\.notApplicable) == [nil, "made for another run"])
        #expect(report.expectationsSummary == "1 of 1 expectation met, 1 does not apply")
        #expect(Table.expectations(report.result.expectations).rows.map(\.label.text) == ["✓", "–"])
    }

    @Test("before the first judgement nothing is claimed")
    func unjudged() {
        var report = Fixture.night
        report.result.variants = []
        let frame = PageFrame(report, state: .running, now: Self.second)
        #expect(frame.variants.allSatisfy { $0.verdict == "measuring" && $0.tone == "muted" })
    }

    @Test("are one line of JSON of bounded size, whatever the length of the run")
    func size() throws {
        let text = try JSONText.line(PageFrame(Fixture.night, state: .finished))
        #expect(text.count { $0 == "\n" } == 1)
        #expect(text.utf8.count < 400_000)
        let keys = try #require(
            JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        ).keys
        let promised = [
            "version", "run", "title", "scenario", "state", "isFinal", "now", "end", "length", "timeScale",
            "phase", "variants", "charts", "bands", "steps", "marks", "events", "expectations", "warnings",
        ]
        #expect(Set(promised).isSubset(of: keys))
    }

    @Test(
        "readings are written short, and as they are",
        arguments: [
            (12_340_000_000, 1_024.0, "1234,1024"), (10_000_000, 0.000123456, "1,0.00012346"),
            (0, -3.25, "0,-3.25"), (20_000_000, 123_456_789.4, "2,123456789"), (0, .nan, "0,0"),
        ]
    )
    func points(time: Int, value: Double, text: String) {
        #expect(PagePoints.text([SeriesPoint(time: Int64(time), value: value)]) == text)
    }
}

extension RunReport {
    fileprivate mutating func header(watching metrics: [String]) {
        recording.header.findings = metrics.map { FindingRule(kind: .spike, metric: $0, limit: 3) }
    }
}
