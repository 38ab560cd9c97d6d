import LabCore
import Testing

@testable import LabReport

@Suite("The end of a run")
struct RunEndingTests {
    private static let advice = "Ship singleton: per-event leaks, singleton does not, and nothing is worse."

    private func lines(_ ending: RunEnding) -> [Substring] {
        ending.text(width: 100).split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test("fits into fifteen lines with what to ship, and lists no expectation that is met")
    func short() {
        let ending = RunEnding(Fixture.reference, advice: Self.advice)
        expectGolden(ending.text(width: 100), named: "ending-reference-100.txt")
        #expect(lines(ending).count <= 15)
        #expect(ending.text(width: 100).contains(Self.advice))
        #expect(!ending.text(width: 100).contains("✓"))
    }

    @Test("shows the expectations that are not met, five at most, and says how many more there are")
    func unmet() {
        var report = Fixture.reference
        report.result.expectations += (1...8).map {
            ExpectationResult(text: "singleton.lag.final == \($0)", met: false, observed: "0")
        }
        report.result.exitStatus = 2
        let text = RunEnding(report, advice: nil).text(width: 100)
        #expect(text.contains("4 of 12 expectations met\n  ✗ singleton.lag.final == 1 (observed: 0)\n"))
        #expect(text.split(separator: "\n").count { $0.contains("✗") } == 5)
        #expect(text.contains("and 3 more: see the report"))
    }

    @Test("says of an interrupted run that it is partial, and how much of the load there was")
    func partial() {
        var report = Fixture.reference
        report.recording.state = .interrupted
        report.result.exitStatus = 130
        report.result.exitBecause = ["the run was interrupted"]
        let text = RunEnding(report, advice: nil).text(width: 120)
        let note = "\nPARTIAL: interrupted after 1 m 40 s of 1 m 40 s. per-event leaks."
        #expect(text.contains(note), "\(text)")
        report.recording.state = .failed
        #expect(RunEnding(report, advice: nil).text(width: 120).contains("\nPARTIAL: ended after "))
        report.recording.state = .finished
        #expect(!RunEnding(report, advice: nil).text(width: 120).contains("PARTIAL"))
    }

    @Test("gives no more than five reasons for an invalid run, and says so before anything else")
    func invalid() {
        var report = Fixture.invalid
        report.result.invalidBecause = (1...9).map { "reason \($0)" }
        let text = RunEnding(report, advice: nil).text(width: 100)
        #expect(text.split(separator: "\n").prefix(4).contains { $0.contains("INVALID RUN") })
        #expect(text.split(separator: "\n").count { $0.hasPrefix("!! ") } == 6)
        #expect(text.contains("more: see the report"))
    }

    @Test("names what was lost, and what would decide a variant without a verdict")
    func remarks() {
        var report = Fixture.reference
        report.result.variants[2].verdict = .inconclusive
        report.result.variants[2].undecided = ["run for at least 3 m"]
        let text = RunEnding(report, advice: nil).text(width: 100)
        #expect(text.contains("  · singleton: run for at least 3 m\n"), "\(text)")
        let night = RunEnding(Fixture.nightWithLoss, advice: nil).text(width: 100)
        #expect(night.contains(" lost, offsets "), "\(night)")
    }

    @Test("says once what a comparison with a baseline came to")
    func baseline() {
        var report = Fixture.reference
        report.result.exitStatus = 2
        report.result.exitBecause = ["compared with the baseline: Do not ship the candidate."]
        let text = RunEnding(report, advice: "Do not ship the candidate.").text(width: 100)
        #expect(text.split(separator: "\n").count { $0.contains("Do not ship the candidate.") } == 1)
    }

    @Test("of repetitions has the same form")
    func repetitions() {
        var result = RepetitionsReportTests.result
        let text = RunEnding(result, advice: Self.advice).text(width: 100)
        expectGolden(text, named: "ending-repetitions-100.txt")
        result.exitStatus = 130
        #expect(RunEnding(result, advice: nil).text(width: 120).contains("PARTIAL: interrupted; "))
    }
}
