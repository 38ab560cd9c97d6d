import LabCore
package import LabReport

extension SelfTestReport: Reportable {
    package static let kind = "a self-test"
    package static let parts: DocumentParts = [.checks]

    package var document: Document {
        Document(
            "selftest",
            table,
            remarks: notes,
            checks: checks,
            isInterrupted: isInterrupted,
            value: SelfTestDocument(self)
        )
    }

    /// With several seeds, chances have their lower bound beside them.
    private var table: Table {
        Table(
            "Every scenario over all seeds",
            label: "scenario",
            of: rows,
            row: { Row($0.scenario) },
            [
                .number("as expected") { $0.asExpected.text },
                .number("suspects flagged") { chance($0.suspectsFlagged) },
                .number("controls clean") { chance($0.controlsClean) },
                .number("mitigations flagged") { $0.mitigationsFlagged.text },
                .number("expectations met") { $0.expectationsMet.text },
                .number("wall time") { "\(decimal($0.wallSeconds, places: 0)) s" },
                .number("memory") { $0.peakBytes.map { ByteCount.describe($0) } ?? "–" },
            ]
        )
    }

    private var checks: [Check] {
        records.map { record in
            .judged("\(record.scenario), seed \(record.seed)", isMet: record.isAsExpected, record.account)
        }
    }

    private var hasBounds: Bool { plan.seeds.count > 1 }

    private func chance(_ tally: Tally) -> String {
        guard hasBounds, tally.of > 0 else { return tally.text }
        let bound = BinomialBound.lower(successes: tally.count, of: tally.of)
        // Rounded down, so that no bound is overstated.
        return "\(tally.text) (≥ \(decimal((bound * 1_000).rounded(.down) / 10, places: 1)) %)"
    }

    /// What the table does not show, one sentence each: what it was, what was left out, what failed.
    package var notes: [String] {
        [summary] + plan.skipped.map { "Left out: \($0.scenario), since \($0.because)." }
            + failures.map { "Not as expected: " + $0.account } + [verdict]
    }

    private var summary: String {
        let runs = "\(records.count) of \(plan.runs.count) runs, \(plan.form.rawValue) form"
        let ends = Set([plan.seeds.first, plan.seeds.last].compactMap(\.self)).sorted().map(String.init)
        let seeds = (ends.count == 1 ? "seed " : "seeds ") + ends.joined(separator: " to ")
        let bound =
            hasBounds ? " ≥: exact lower bound of the chance at 95 % confidence (Clopper–Pearson)." : ""
        return "\(runs), \(seeds). Wall time and memory: the largest of the runs.\(bound)"
    }

    private var verdict: String {
        if isInterrupted { return "Interrupted: the rest was not run." }
        return failures.isEmpty
            ? "Every suspect is flagged, every control is clean."
            : "\(failures.count) of \(records.count) runs did not come out as expected."
    }
}

extension Tally {
    /// Such as `9/10`; a dash for none of none.
    var text: String { of == 0 ? "–" : "\(count)/\(of)" }
}

extension SelfTestRecord {
    /// Such as `two-leaks, seed 3, run 20260301-…: control both-fixed is flagged`.
    fileprivate var account: String {
        let name = "\(scenario), seed \(seed)" + (run.map { ", run \($0)" } ?? "")
        return "\(name): \(complaints.joined(separator: "; "))"
    }
}

/// Keys may be added, never renamed.
private struct SelfTestDocument: Encodable {
    let schema = 1
    let form: ScenarioForm
    let seeds: [UInt64]
    /// One for each scenario and the last, `all`, for all together.
    let scenarios: [SelfTestRow]
    let runs: [SelfTestRecord]
    let skipped: [SelfTestPlan.Skipped]
    let wallSeconds: Double
    let exitStatus: Int32

    init(_ report: SelfTestReport) {
        form = report.plan.form
        seeds = report.plan.seeds
        scenarios = report.rows
        runs = report.records
        skipped = report.plan.skipped
        wallSeconds = report.wallSeconds
        exitStatus = report.exitStatus.rawValue
    }
}
