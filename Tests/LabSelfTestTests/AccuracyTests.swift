import Foundation
import LabCore
import LabReport
import LabScenario
import Testing

@testable import LabSelfTest

@Suite("The accuracy of verdicts") struct AccuracyTests {
    private func subject(_ name: String, runs: Int? = nil) throws -> AccuracySubject {
        let study = try #require(AccuracyStudy.all.first { $0.name == name })
        let scenario = try Scenario.load(
            text: """
                title: A leak
                incident: known-leak
                workload: {topic: t, partitions: 4, phases: [{name: peak, duration: 60s, rate: 2000/s}]}
                variants:
                  - {name: leaking, role: suspect, handler: leaking}
                  - {name: clean, role: fix, handler: clean, control: true}
                """,
            path: "known-leak.yaml",
            catalogue: IncidentCatalogue([
                IncidentCatalogue.Entry(
                    name: "known-leak",
                    handlers: [
                        .init(name: "leaking", summary: "", defaultRole: .suspect),
                        .init(name: "clean", summary: "", defaultRole: .fix),
                    ],
                    parameters: [],
                    defaultConcurrency: 1
                )
            ])
        )
        return AccuracySubject(
            study,
            scenario: scenario,
            argument: "known-leak",
            version: "1",
            runs: runs,
            lanes: nil
        )
    }

    private func result(
        _ verdict: Verdict,
        by signs: [String] = [],
        control: Verdict = .bounded,
        heap: Double = 80,
        rss: Double = 80
    ) -> RunResult {
        var result = RunResult.made()
        var suspect = VariantResult(name: "leaking", role: .suspect, control: false)
        suspect.verdict = verdict
        suspect.events.processed = 1_000
        suspect.metrics = [.init(name: "injectedBytes", kind: .gauge, peak: 80_000)]
        suspect.heap.bytesPerEvent = Estimate(estimate: heap, low: heap, high: heap)
        suspect.evidence = signs.map {
            let unit = AccuracyRecord.Variant.signsOfTasks.contains($0) ? "tasks" : "B/event"
            let estimate = Estimate(estimate: rss, low: rss, high: rss)
            return Evidence(
                metric: $0,
                against: "clean",
                unit: unit,
                n: 20,
                windowSeconds: 2,
                estimate: estimate,
                threshold: 8,
                says: "leaking"
            )
        }
        var other = VariantResult(name: "clean", role: .fix, control: true)
        other.verdict = control
        result.variants = [suspect, other]
        return result
    }

    private func report(_ subject: AccuracySubject, _ results: [RunResult]) -> AccuracyReport {
        let records = results.enumerated().map { index, result in
            AccuracyRecord(
                of: subject,
                seed: UInt64(index + 1),
                result: result,
                measures: nil,
                wallSeconds: 67
            )
        }
        return AccuracyReport(subjects: [subject], records: records, wallSeconds: 1, isInterrupted: false)
    }

    @Test("A leak that is found often enough, and estimated well enough, is what was wanted")
    func found() throws {
        let subject = try subject("heap-80", runs: 20)
        let good = result(.leaking, by: ["heap", "rss"], heap: 81, rss: 84)
        let report = report(subject, Array(repeating: good, count: 19) + [result(.bounded)])
        let row = try #require(report.rows.first)
        #expect(row.leaking == Tally(19, of: 20))
        #expect(row.byTasks.count == 0)
        #expect(abs((row.heap?.median ?? 0) - 0.0125) < 1e-9)
        #expect(abs((row.rss?.worst ?? 0) - 0.05) < 1e-9)
        #expect(row.isMet)
        #expect(report.exitStatus == .success)
        #expect(report.unexpected.map(\.seed) == [20])
    }

    @Test(
        "What keeps a study from being met",
        arguments: [
            // Not often enough, estimates too far off, a control that is called leaking.
            (19, 2, 80.0, 80.0, Verdict.bounded), (20, 0, 85, 80, .bounded), (20, 0, 80, 89, .bounded),
            (20, 0, 80, 80, .leaking),
        ]
    )
    func missed(found: Int, missed: Int, heap: Double, rss: Double, control: Verdict) throws {
        let subject = try subject("heap-80", runs: found + missed)
        let hit = result(.leaking, by: ["rss"], control: control, heap: heap, rss: rss)
        let results = Array(repeating: hit, count: found) + Array(repeating: result(.bounded), count: missed)
        let report = report(subject, results)
        #expect(report.rows.map(\.isMet) == [false])
        #expect(report.exitStatus == .expectationsNotMet)
    }

    @Test(
        "A study of runs that go on until they are decided wants no wrong verdict, and decisions in time",
        arguments: [
            (Verdict.leaking, Verdict.bounded, 12.0, 40.0, true), (.bounded, .bounded, 12, 40, false),
            (.leaking, .leaking, 12, 40, false), (.leaking, .bounded, 25, 40, false),
            (.leaking, .bounded, 12, 80, false),
        ]
    )
    func untilDecided(
        suspect: Verdict,
        control: Verdict,
        after: Double,
        controlAfter: Double,
        isMet: Bool
    ) throws {
        let subject = try subject("until-decided", runs: 3)
        var run = result(suspect, by: ["heap"], control: control)
        run.until = UntilDecided(
            ended: .decided,
            atMostSeconds: 120,
            plannedLooks: 12,
            looks: [
                .init(atSeconds: 5, confidence: 0.99, undecided: ["clean"]),
                .init(atSeconds: after, confidence: 0.99, undecided: ["leaking", "clean"]),
                .init(atSeconds: after + 0.5, confidence: 0.99, undecided: ["clean"]),
                .init(atSeconds: controlAfter, confidence: 0.99, undecided: []),
            ]
        )
        let row = try #require(report(subject, [run, run, run]).rows.first)
        #expect(row.decided?.median == after + 0.5 && row.decided?.runs == 3)
        #expect(row.controlsDecided?.longest == controlAfter)
        #expect(row.missed.count == (suspect == .bounded ? 3 : 0))
        #expect(row.isMet == isMet)
        let arguments = subject.arguments(seed: 1, lane: 0, servers: "127.0.0.1:9")
        #expect(arguments.contains("--until-decided") && arguments.contains("2m"))
    }

    @Test("Without a leak one alarm in a hundred is allowed, and none by tasks")
    func falseAlarms() throws {
        let subject = try subject("no-leak", runs: 100)
        func row(_ signs: [String], alarms: Int) throws -> AccuracyRow {
            let alarm = Array(repeating: result(.leaking, by: signs), count: alarms)
            return try #require(
                report(subject, alarm + Array(repeating: result(.bounded), count: 100 - alarms)).rows.first
            )
        }
        #expect(try row(["heap"], alarms: 1).isMet)
        #expect(try !row(["heap"], alarms: 2).isMet)
        #expect(try !row(["tasks"], alarms: 1).isMet)
    }

    @Test("A run that says nothing counts against a study, and an incomplete study is not met")
    func nothing() throws {
        let subject = try subject("tasks", runs: 2)
        var invalid = result(.leaking, by: ["tasks"])
        (invalid.valid, invalid.invalidBecause) = (false, ["the producer was late"])
        let row = try #require(report(subject, [invalid, result(.inconclusive)]).rows.first)
        #expect(row.noVerdict == Tally(2, of: 2))
        #expect(row.leaking.count == 0)
        let incomplete = report(subject, [result(.leaking, by: ["tasks"])])
        #expect(incomplete.rows.map(\.isMet) == [false])
        #expect(try incomplete.rendered(as: "markdown").hasSuffix("Not met: tasks (incomplete).\n"))
    }

    @Test("The table has a bound beside each share")
    func table() throws {
        let subject = try subject("heap-80", runs: 2)
        let hit = result(.leaking, by: ["heap", "rss"], heap: 80.8, rss: 78)
        #expect(
            report(subject, [hit, hit]).document.tables[0].texts == [
                [
                    "heap-80", "80 B/event, 60 s at 2,008/s", "leaking ≥ 95 %", "2/2 (≥ 22.3 %)", "0/2",
                    "0/2 (≤ 77.7 %)", "0/2", "+1.0 % (1.0 %)", "−2.5 % (2.5 %)", "–", "–", "0/2", "–",
                    "–",
                ]
            ]
        )
    }

    @Test("Seeds that were run are not run again, unless the scenario or a setting has changed")
    func resuming() throws {
        let subject = try subject("heap-80", runs: 3)
        let done = AccuracyRecord(of: subject, seed: 2, problem: "none", wallSeconds: 1)
        #expect(subject.openSeeds([done]) == [1, 3])
        #expect(try self.subject("heap-32", runs: 3).openSeeds([done]) == [1, 2, 3])
        var older = done
        older.fingerprint = "0"
        #expect(subject.openSeeds([older]) == [1, 2, 3])
        let line = try JSONEncoder().encode(done)
        #expect(try JSONDecoder().decode(AccuracyRecord.self, from: line) == done)
    }

    @Test("Each lane has topics of its own, and a run names its lane's")
    func lanes() throws {
        let subject = try subject("heap-80")
        #expect(subject.topics.count == 2 * subject.lanes)
        #expect(subject.topics.prefix(2) == ["accuracy-0-leaking", "accuracy-0-clean"])
        let arguments = subject.arguments(seed: 7, lane: 3, servers: "127.0.0.1:9")
        #expect(arguments.contains("workload.topic=accuracy-3"))
        #expect(arguments.contains("parameters.chunk=80B"))
        #expect(arguments.contains("--reuse-topics"))
    }
}
