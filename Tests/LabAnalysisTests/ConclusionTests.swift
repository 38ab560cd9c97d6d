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

    private static func met(_ text: String) -> ExpectationResult {
        ExpectationResult(text: text, met: true, observed: nil)
    }

    static let rows: [Row] = [
        Row("as it should be", .success),
        Row("interrupted, whatever else", .interrupted) {
            ($0.state, $0.isValid, $0.expectations) = (.interrupted, false, [unmet])
        },
        Row("failed, whatever else", .labFailed) {
            ($0.state, $0.isValid, $0.expectations) = (.failed, false, [unmet])
        },
        Row("never finished", .inconclusive) { $0.state = .recording },
        Row("invalid comes before unmet expectations", .inconclusive) {
            ($0.isValid, $0.expectations) = (false, [unmet])
        },
        Row("invalid comes before a leaking fix", .inconclusive) { ($0.isValid, $0.fix) = (false, .leaking) },
        Row("a fix that leaks", .expectationsNotMet) { $0.fix = .leaking },
        Row("a fix that loses events", .expectationsNotMet) { $0.lost = 1 },
        Row("a suspect that does not leak, nothing expected of it", .success) { $0.suspect = .bounded },
        Row("an open verdict, nothing expected", .inconclusive) { $0.fix = .inconclusive },
        Row("an open verdict of the suspect, nothing expected", .inconclusive) { $0.suspect = .inconclusive },
        Row("a leak beside an open verdict", .expectationsNotMet) {
            ($0.fix, $0.other) = (.leaking, .inconclusive)
        },
        Row("an expectation not met", .expectationsNotMet) { $0.expectations = [unmet] },
        Row("a leaking fix that is expected", .success) {
            ($0.fix, $0.expectations) = (.leaking, [met("fix.verdict == leaking")])
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

    @Test("The first reason that applies counts", arguments: Self.rows)
    func status(row: Row) {
        var suspect = VariantResult(name: "suspect", role: .suspect, control: false)
        var fix = VariantResult(name: "fix", role: .fix, control: true)
        var other = VariantResult(name: "other-fix", role: .fix, control: false)
        (suspect.verdict, fix.verdict, other.verdict) = (row.suspect, row.fix, row.other)
        (suspect.flagged, fix.flagged) = (row.suspect == .leaking, row.fix == .leaking)
        fix.events.lost = row.lost
        var result = RunModel(variants: []).result
        result.variants = [suspect, fix, other]
        result.valid = row.isValid
        let concluded = result.concluded(with: row.expectations, state: row.state)
        #expect(concluded.exitStatus == row.expected.rawValue)
        #expect(concluded.expectations == row.expectations)
    }
}
