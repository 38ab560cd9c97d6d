import LabAnalysis
import LabCore
import LabReport
import Testing

/// What continuous integration shows is red if, and only if, the exit status is not 0.
@Suite("A gate")
struct GateTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout RunResult) -> Void
        var expectations: [ExpectationResult] = []
        var state = RunState.finished
        /// What the reports have to say.
        var words: String?
    }

    private static func set(_ variant: Int, _ verdict: Verdict) -> @Sendable (inout RunResult) -> Void {
        { result in
            result.variants[variant].verdict = verdict
            result.variants[variant].flagged = verdict == .leaking
        }
    }

    private static let met = ExpectationResult(text: "singleton.lag.final == 0", met: true, observed: "0")
    private static let unmet = ExpectationResult(text: "singleton.lag.final == 0", met: false, observed: "9")

    static let rows: [Row] = [
        Row(testDescription: "as it should be", change: { _ in }),
        Row(testDescription: "as it should be, and expected", change: { _ in }, expectations: [met]),
        Row(testDescription: "an expectation not met", change: { _ in }, expectations: [unmet], words: "9"),
        Row(
            testDescription: "an open verdict",
            change: set(2, .inconclusive),
            words: "singleton came to no verdict"
        ),
        Row(
            testDescription: "an open verdict, all expectations met",
            change: set(2, .inconclusive),
            expectations: [met],
            words: "singleton came to no verdict"
        ),
        Row(
            testDescription: "a fix that leaks",
            change: set(2, .leaking),
            words: "singleton is a fix and leaks"
        ),
        Row(
            testDescription: "a suspect that is not flagged",
            change: set(0, .bounded),
            words: "per-event is a suspect and is not flagged"
        ),
        Row(
            testDescription: "a fix that is flagged",
            change: { $0.variants[1].flagged = true },
            words: "per-event-stopped is a fix and is flagged"
        ),
        Row(
            testDescription: "a fix that loses events",
            change: { $0.variants[1].events.lost = 7 },
            words: "lost 7 events"
        ),
        Row(
            testDescription: "a fix that fails events",
            change: { $0.variants[1].events.failed = 7 },
            words: "failed 7 of"
        ),
        Row(
            testDescription: "an invalid run",
            change: { ($0.valid, $0.invalidBecause) = (false, ["the broker went"]) },
            words: "the broker went"
        ),
        Row(
            testDescription: "an interrupted run",
            change: { _ in },
            state: .interrupted,
            words: "interrupted"
        ),
        Row(testDescription: "a failed run", change: { _ in }, state: .failed, words: "the lab failed"),
        Row(
            testDescription: "an unfinished run",
            change: { _ in },
            state: .recording,
            words: "never finished"
        ),
    ]

    private static func report(_ row: Row) -> RunReport {
        var report = Fixture.reference
        row.change(&report.result)
        report.result = report.result.concluded(with: row.expectations, state: row.state)
        return report
    }

    private static func isRed(junit: String) -> Bool {
        junit.contains("<failure ") || junit.contains("<error ")
    }

    private static func isRed(github: String) -> Bool {
        github.split(separator: "\n").contains { $0.hasPrefix("::error ") }
    }

    @Test("of a run is red in every form if and only if the exit status is not 0", arguments: Self.rows)
    func run(row: Row) {
        let report = Self.report(row)
        let isRed = report.result.exitStatus != 0
        #expect(isRed == (row.words != nil), "\(report.result.exitBecause)")
        let (junit, github) = (report.junit, report.github)
        #expect(Self.isRed(junit: junit) == isRed, "\(junit)")
        #expect(Self.isRed(github: github) == isRed, "\(github)")
        guard let words = row.words else { return }
        let errors = github.split(separator: "\n").filter { $0.hasPrefix("::error ") }
        #expect(errors.contains { $0.contains(words) }, "\(github)")
        let failed = junit.split(separator: "\n").filter {
            $0.contains("<failure ") || $0.contains("<error ")
        }
        #expect(failed.contains { $0.contains(words) }, "\(failed)")
        let texts = [
            report.text(width: 200), report.markdown, report.html,
        ]
        if row.state == .finished { #expect(texts.allSatisfy { $0.contains(words) }) }
    }

    @Test(
        "of repetitions and of comparisons is too",
        arguments: [0, 1, 2, 3, 130] as [Int32],
        [true, false]
    )
    func others(exitStatus: Int32, isValid: Bool) throws {
        guard isValid || exitStatus != 0 else { return }
        var repetitions = RepetitionsReportTests.result
        (repetitions.exitStatus, repetitions.valid) = (exitStatus, isValid)
        repetitions.exitBecause = exitStatus == 0 ? [] : ["for a reason"]
        for index in repetitions.expectations.indices { repetitions.expectations[index].met = true }
        var comparison = try #require(ComparisonFixture.reference)
        comparison.exitStatus = exitStatus
        let isRed = exitStatus != 0
        for junit in [repetitions.junit, comparison.junit] {
            #expect(Self.isRed(junit: junit) == isRed, "\(junit)")
        }
        for github in [repetitions.github, comparison.github] {
            #expect(Self.isRed(github: github) == isRed, "\(github)")
        }
    }

    @Test("is green where the chosen candidate is worse in nothing, whatever another one is worse in")
    func choice() throws {
        var comparison = try #require(ComparisonFixture.reference)
        #expect(comparison.exitStatus == 0 && comparison.pairs.count == 2)
        comparison.pairs[1].lines[0].outcome = .worse
        #expect(!Self.isRed(junit: comparison.junit))
        #expect(!Self.isRed(github: comparison.github))
    }
}
