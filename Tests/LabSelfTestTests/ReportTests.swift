import Foundation
import LabCore
import LabReport
import LabSelfTest
import Testing

@Suite("The report of a self-test") struct ReportTests {
    private static let plan = SelfTestPlan(
        form: .quick,
        subjects: [.made("a"), .made("b"), .made("c")],
        skipped: [.init(scenario: "long", because: "it has no quick form")],
        seeds: [1, 2]
    )

    private func report(_ records: [SelfTestRecord], isInterrupted: Bool = false) -> SelfTestReport {
        SelfTestReport(plan: Self.plan, records: records, wallSeconds: 60, isInterrupted: isInterrupted)
    }

    private static let failed = SelfTestRecord.made(
        "b",
        seed: 2,
        .made(flagged: ["bad", "good"], unmet: "good.verdict == bounded", exitStatus: 2),
        wallSeconds: 45,
        peakBytes: nil
    )

    private static let records: [SelfTestRecord] = [
        failed, .made("a", seed: 2, wallSeconds: 20), .made("b", seed: 1),
        .made("a", seed: 1, peakBytes: 3e6),
    ]

    @Test("has a row for each scenario that has results, and one for all")
    func markdown() throws {
        #expect(
            try report(Self.records).rendered(as: "markdown") == """
                | scenario | as expected | suspects flagged | controls clean | mitigations flagged | expectations met | wall time | memory |
                | :-- | --: | --: | --: | --: | --: | --: | --: |
                | a | 2/2 | 2/2 (≥ 22.3 %) | 2/2 (≥ 22.3 %) | 0/2 | 4/4 | 31 s | 2.9 MiB |
                | b | 1/2 | 2/2 (≥ 22.3 %) | 1/2 (≥ 2.5 %) | 0/2 | 3/4 | 45 s | 1.0 MiB |
                | all | 3/4 | 4/4 (≥ 47.2 %) | 3/4 (≥ 24.8 %) | 0/4 | 7/8 | 45 s | 2.9 MiB |

                4 of 6 runs, quick form, seeds 1 to 2. Wall time and memory: the largest of the runs. ≥: exact lower bound of \
                the chance at 95 % confidence (Clopper–Pearson).

                Left out: long, since it has no quick form.

                Not as expected: b, seed 2, run 20260301-121400-abcd: control good is flagged; not met: good.verdict == \
                bounded (0)

                1 of 4 runs did not come out as expected.

                """
        )
    }

    @Test("has no bounds for one seed, and no row for all for one scenario")
    func single() {
        let plan = SelfTestPlan(form: .full, subjects: [.made("a", form: .full)], skipped: [], seeds: [7])
        let report = SelfTestReport(
            plan: plan,
            records: [.made("a", seed: 7, peakBytes: nil)],
            wallSeconds: 1,
            isInterrupted: false
        )
        #expect(
            report.document.tables.map(\.texts) == [[["a", "1/1", "1/1", "1/1", "0/1", "2/2", "31 s", "–"]]]
        )
        #expect(
            report.notes == [
                "1 of 1 runs, full form, seed 7. Wall time and memory: the largest of the runs.",
                "Every suspect is flagged, every control is clean.",
            ]
        )
    }

    @Test("ends with the status of the contract")
    func exitStatus() {
        #expect(report([.made("a")]).exitStatus == .success)
        #expect(report(Self.records).exitStatus == .expectationsNotMet)
        #expect(report(Self.records, isInterrupted: true).exitStatus == .interrupted)
        #expect(report([], isInterrupted: true).notes.last == "Interrupted: the rest was not run.")
        #expect(report([], isInterrupted: true).rows.isEmpty)
    }

    @Test("is one JSON document too")
    func json() throws {
        let text = try report(Self.records).rendered(as: "json")
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(document?["schema"] as? Int == 1)
        #expect(document?["form"] as? String == "quick")
        #expect(document?["exitStatus"] as? Int == 2)
        #expect((document?["runs"] as? [[String: Any]])?.count == 4)
        #expect(
            (document?["scenarios"] as? [[String: Any]])?.map { $0["scenario"] as? String } == [
                "a", "b", "all",
            ]
        )
        #expect((document?["skipped"] as? [[String: String]])?.first?["scenario"] == "long")
    }
}
