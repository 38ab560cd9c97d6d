import LabCore
import LabSelfTest
import Testing

@Suite("A run of a self-test") struct JudgementTests {
    @Test("is as expected with its suspects flagged, its controls clean and exit status 0")
    func asExpected() {
        let record = SelfTestRecord.made()
        #expect(record.isAsExpected)
        #expect(record.suspects == Tally(1, of: 1))
        #expect(record.controls == Tally(1, of: 1))
        #expect(record.mitigations == Tally(0, of: 1))
        #expect(record.expectationsMet == 2)
        #expect(record.run == "20260301-121400-abcd")
    }

    @Test("reports mitigations and does not judge them")
    func mitigations() {
        let record = SelfTestRecord.made("two-leaks", .made(flagged: ["bad", "slow"]))
        #expect(record.isAsExpected)
        #expect(record.mitigations == Tally(1, of: 1))
    }

    @Test(
        "is not as expected",
        arguments: [
            (RunResult.made(flagged: []), ["suspect bad is not flagged"]),
            (.made(flagged: ["bad", "good"]), ["control good is flagged"]),
            (
                .made(flagged: ["good"], unmet: "good.events.lost == 1", exitStatus: 2),
                [
                    "suspect bad is not flagged", "control good is flagged",
                    "not met: good.events.lost == 1 (0)",
                ]
            ),
            (.made(unmet: "good.events.lost == 1", exitStatus: 2), ["not met: good.events.lost == 1 (0)"]),
            (.made(exitStatus: 3), ["exit status 3"]),
            (.made(invalidBecause: ["the broker ended"], exitStatus: 3), ["invalid: the broker ended"]),
        ]
    )
    func complaints(_ result: RunResult, _ expected: [String]) {
        let record = SelfTestRecord.made("two-leaks", result)
        #expect(!record.isAsExpected)
        #expect(record.complaints == expected)
    }

    @Test("that is invalid shows neither a flag nor a clean control")
    func invalid() {
        let record = SelfTestRecord.made(
            "two-leaks",
            .made(invalidBecause: ["the broker ended"], exitStatus: 3)
        )
        #expect(record.suspects == Tally(0, of: 1))
        #expect(record.controls == Tally(0, of: 1))
    }

    @Test("without a result counts against every variant and expectation of its scenario")
    func noResult() {
        let record = SelfTestRecord(
            of: .made(),
            problem: "no result, exit status 137",
            exitStatus: 137,
            wallSeconds: 2
        )
        #expect(record.complaints == ["no result, exit status 137"])
        #expect(record.suspects == Tally(0, of: 1))
        #expect(record.controls == Tally(0, of: 1))
        #expect(record.expectations == 2)
        #expect(record.run == nil)
    }
}
