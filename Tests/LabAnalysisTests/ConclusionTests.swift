import LabCore
import Testing

@testable import LabAnalysis

@Suite("Which exit status a run ends with")
struct ConclusionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var state = RunState.finished
        var isValid = true
        /// Verdicts of the suspect, the fix called `fix`, and another called `other-fix`.
        var suspect = Verdict.leaking
        var fix = Verdict.bounded
        var other = Verdict.bounded
        var lost = 0
        /// Of 4,000 events each; of the suspect, `fix` and `other-fix`.
        var failed = (suspect: 0, fix: 0, other: 0)
        var isSuspectFlagged: Bool?
        var isFixFlagged: Bool?
        var expectations: [ExpectationResult] = []
        var expected: LabCore.ExitStatus

        init(_ description: String, _ expected: LabCore.ExitStatus, _ change: (inout Row) -> Void = { _ in })
        {
            testDescription = description
            self.expected = expected
            change(&self)
        }
    }

    private static let unmet = ExpectationResult(text: "fix.events.lost == 0", met: false, observed: nil)

    private static func kills(_ comparison: String, _ observed: String) -> ExpectationResult {
        ExpectationResult(text: "fix.pods.oomKills \(comparison)", met: false, observed: observed)
    }

    private static func met(_ text: String) -> ExpectationResult {
        ExpectationResult(text: text, met: true, observed: nil)
    }

    private static func overtaken(_ text: String, met: Bool = false) -> ExpectationResult {
        ExpectationResult(text: text, met: met, observed: nil, notApplicable: "made for another run")
    }

    static let rows: [Row] = [
        Row("as it should be", .success),
        Row("not as expected of another run than this one has become", .success) {
            $0.expectations = [overtaken("fix.events.lost == 0"), met("valid == true")]
        },
        Row("nothing that is expected applies, whatever came of it", .success) {
            ($0.fix, $0.expectations) = (.leaking, [overtaken("fix.verdict == bounded")])
        },
        Row("not as expected beside what does not apply", .expectationsNotMet) {
            $0.expectations = [overtaken("other-fix.events.lost == 0"), unmet]
        },
        Row(
            "a verdict that is missing, and that an expectation asked for which no longer applies",
            .inconclusive
        ) {
            ($0.fix, $0.expectations) = (
                .inconclusive,
                [overtaken("fix.verdict == inconclusive", met: true), met("fix.events.lost == 0")]
            )
        },
        Row("interrupted, whatever else", .interrupted) {
            ($0.state, $0.isValid, $0.expectations) = (.interrupted, false, [unmet])
        },
        Row("failed, whatever else", .labFailed) {
            ($0.state, $0.isValid, $0.expectations) = (.failed, false, [unmet])
        },
        Row("more kills than expected of a variant without a verdict", .expectationsNotMet) {
            ($0.fix, $0.expectations) = (.inconclusive, [kills("== 0", "4")])
        },
        Row("as many kills as are too many, of one without a verdict", .expectationsNotMet) {
            ($0.fix, $0.expectations) = (.inconclusive, [kills("< 1000", "1,000")])
        },
        Row("fewer kills than expected of a variant without a verdict", .inconclusive) {
            ($0.fix, $0.expectations) = (.inconclusive, [kills("== 5", "4")])
        },
        Row("too few kills of a variant without a verdict, of which more may come", .inconclusive) {
            ($0.fix, $0.expectations) = (.inconclusive, [kills(">= 5", "4")])
        },
        Row("never finished", .inconclusive) { $0.state = .recording },
        Row("invalid comes before unmet expectations", .inconclusive) {
            ($0.isValid, $0.expectations) = (false, [unmet])
        },
        Row("invalid comes before a leaking fix", .inconclusive) { ($0.isValid, $0.fix) = (false, .leaking) },
        Row("a fix that leaks", .expectationsNotMet) { $0.fix = .leaking },
        Row("a fix that loses events", .expectationsNotMet) { $0.lost = 1 },
        Row("a suspect that is not flagged, nothing expected of it", .expectationsNotMet) {
            $0.suspect = .bounded
        },
        Row("a suspect that is bounded and flagged", .success) {
            ($0.suspect, $0.isSuspectFlagged) = (.bounded, true)
        },
        Row("a suspect that is bounded, as expected", .success) {
            ($0.suspect, $0.expectations) = (.bounded, [met("suspect.verdict == bounded")])
        },
        Row("a fix that is bounded and flagged", .expectationsNotMet) { $0.isFixFlagged = true },
        Row("a fix that fails all of its events", .expectationsNotMet) { $0.failed.fix = 4_000 },
        Row("a fix that fails an event where nothing else does", .expectationsNotMet) { $0.failed.fix = 1 },
        Row("events that the load makes all variants fail alike", .success) { $0.failed = (260, 255, 268) },
        Row("a fix that fails far more events than the load explains", .expectationsNotMet) {
            $0.failed = (260, 500, 255)
        },
        Row("a fix that fails fewer events than the suspect", .success) { $0.failed = (900, 255, 250) },
        Row("most events of all variants fail, which shows nothing", .expectationsNotMet) {
            $0.failed = (3_000, 3_000, 3_000)
        },
        Row("only the suspect fails events", .success) { $0.failed.suspect = 4_000 },
        Row("failed events that are expected", .success) {
            ($0.failed.fix, $0.expectations) = (4_000, [met("fix.events.failed == 4000")])
        },
        Row("failed events come before an open verdict", .expectationsNotMet) {
            ($0.fix, $0.failed.fix) = (.inconclusive, 1)
        },
        Row("an open verdict, nothing expected", .inconclusive) { $0.fix = .inconclusive },
        Row("an open verdict of the suspect, nothing expected", .inconclusive) { $0.suspect = .inconclusive },
        Row("a leak beside an open verdict", .expectationsNotMet) {
            ($0.fix, $0.other) = (.leaking, .inconclusive)
        },
        Row("an expectation not met", .expectationsNotMet) { $0.expectations = [unmet] },
        Row("a leaking fix that is expected", .success) {
            ($0.fix, $0.expectations) = (.leaking, [met("fix.verdict == leaking")])
        },
        Row("an open verdict of a suspect that is flagged, nothing expected", .success) {
            ($0.suspect, $0.isSuspectFlagged) = (.inconclusive, true)
        },
        Row("an open verdict of a suspect that is flagged as expected", .success) {
            ($0.suspect, $0.isSuspectFlagged) = (.inconclusive, true)
            $0.expectations = [met("suspect.flagged == true"), met("fix.verdict == bounded")]
        },
        Row("an open verdict of a fix that is not flagged, as expected", .inconclusive) {
            ($0.fix, $0.expectations) = (.inconclusive, [met("fix.flagged == false")])
        },
        Row("an expectation of a variant without verdict", .inconclusive) {
            ($0.fix, $0.expectations) = (.inconclusive, [unmet])
        },
        Row("not met beside one without verdict", .expectationsNotMet) {
            ($0.other, $0.expectations) = (.inconclusive, [unmet, met("other-fix.events.lost == 0")])
        },
        Row("an open verdict that nothing is expected of", .success) {
            ($0.other, $0.expectations) = (.inconclusive, [met("fix.verdict == bounded")])
        },
        Row("an open verdict that is expected", .success) {
            $0.fix = .inconclusive
            $0.expectations = [met("fix.verdict == inconclusive"), met("fix.events.lost == 0")]
        },
        Row("an open verdict, excused only by a variant of similar name", .inconclusive) {
            $0.fix = .inconclusive
            $0.expectations = [met("other-fix.verdict == bounded"), met("fix.events.lost == 0")]
        },
        Row("words may be parted by tabs", .inconclusive) {
            ($0.fix, $0.expectations) = (.inconclusive, [met("2\t*\tfix.rss.peakBytes\t<\t1")])
        },
    ]

    private static func concluded(_ row: Row) -> RunResult {
        var suspect = VariantResult(name: "suspect", role: .suspect, control: false)
        var fix = VariantResult(name: "fix", role: .fix, control: true)
        var other = VariantResult(name: "other-fix", role: .fix, control: false)
        (suspect.verdict, fix.verdict, other.verdict) = (row.suspect, row.fix, row.other)
        suspect.flagged = row.isSuspectFlagged ?? (row.suspect == .leaking)
        fix.flagged = row.isFixFlagged ?? (row.fix == .leaking)
        fix.events.lost = row.lost
        (suspect.events.processed, fix.events.processed, other.events.processed) = (4_000, 4_000, 4_000)
        (suspect.events.failed, fix.events.failed) = (row.failed.suspect, row.failed.fix)
        other.events.failed = row.failed.other
        var result = RunModel(variants: []).result
        result.variants = [suspect, fix, other]
        result.valid = row.isValid
        return result.concluded(with: row.expectations, state: row.state)
    }

    @Test("The first reason that applies counts, and every status but 0 says why", arguments: Self.rows)
    func status(row: Row) {
        let concluded = Self.concluded(row)
        #expect(concluded.exitStatus == row.expected.rawValue, "\(concluded.exitBecause)")
        #expect(concluded.expectations == row.expectations)
        #expect(concluded.exitBecause.isEmpty == (row.expected == .success), "\(concluded.exitBecause)")
    }

    @Test("A suspect that is not flagged and a fix that fails events are named")
    func sentences() {
        let unflagged = Row("", .expectationsNotMet) { ($0.suspect, $0.failed.fix) = (.bounded, 4_000) }
        #expect(
            Self.concluded(unflagged).exitBecause == [
                "suspect is a suspect and is not flagged: it is bounded",
                "fix is a fix and failed 4,000 of 4,000 events; suspect failed 0 of 4,000 events",
            ]
        )
    }

    @Test("A variant alone fails no event unnoticed, and a command may: nobody knows of its events")
    func alone() {
        var only = VariantResult(name: "only", role: .fix, control: true)
        (only.verdict, only.events.processed, only.events.failed) = (.bounded, 4_000, 2)
        var result = RunModel(variants: []).result
        (result.variants, result.valid) = ([only], true)
        #expect(result.concluded(with: [], state: .finished).exitStatus == 2)
        result.variants[0].events.failed = nil
        #expect(result.concluded(with: [], state: .finished).exitStatus == 0)
    }
}
