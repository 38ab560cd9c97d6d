import LabCore
package import LabReport

extension AccuracyReport: Reportable {
    package static let kind = "a measurement of accuracy"
    package static let parts: DocumentParts = [.checks]

    package var document: Document {
        Document(
            "accuracy",
            table,
            remarks: notes,
            checks: checks,
            isInterrupted: isInterrupted,
            value: AccuracyDocument(self)
        )
    }

    /// Shares have their bound beside them.
    private var table: Table {
        Table(
            "How often verdicts are right",
            label: "study",
            of: rows,
            row: { Row($0.study) },
            [
                .text("leak") { $0.summary }, .text("wanted") { $0.wanted },
                .number("called leaking") { $0.found }, .number("by tasks") { $0.byTasks.text },
                .number("controls") { $0.controlsLeaking.upper },
                .number("no verdict") { $0.noVerdict.text }, .number("heap") { $0.heap.text },
                .number("RSS") { $0.rss.text }, .number("tasks") { $0.tasks.text },
                .number("same") { $0.same.lower }, .number("bounded") { $0.missed.text },
                .number("decided") { $0.decided.text },
                .number("controls decided") { $0.controlsDecided.text },
            ]
        )
    }

    private var checks: [Check] {
        rows.map { .judged($0.study, isMet: $0.isMet, "\($0.wanted) is not met: \($0.found)") }
    }

    /// What the table does not show, one sentence each.
    package var notes: [String] {
        [
            """
            controls: called leaking though they never leak. heap, RSS, tasks: estimated against injected, the median \
            and the worst run. same: neighbouring runs compared with each other. bounded: leaks that were called so. \
            decided: after so much load the verdict stood, the median and the longest.
            """,
            "≥ and ≤: exact bounds of the chance at 95 % confidence (Clopper–Pearson), one-sided.",
        ] + unexpected.map { "Not as expected: \($0.story)" } + [verdict]
    }

    private var verdict: String {
        if isInterrupted { return "Interrupted: the rest was not run." }
        let missed = rows.filter { !$0.isMet }.map { $0.isComplete ? $0.study : "\($0.study) (incomplete)" }
        return missed.isEmpty
            ? "All that was wanted was seen." : "Not met: \(missed.joined(separator: ", "))."
    }
}

extension AccuracyRow {
    /// A leak was to be found, or not to be.
    fileprivate var found: String {
        let isLeak = injectedTasksPerEvent > 0 || (injectedBytesPerEvent ?? 0) > 0
        return isLeak ? leaking.lower : leaking.upper
    }
}

extension Tally {
    /// With the bound that the chance is above, rounded down so that it is not overstated.
    fileprivate var lower: String {
        guard of > 0 else { return text }
        let bound = BinomialBound.lower(successes: count, of: of)
        return "\(text) (≥ \(decimal((bound * 1_000).rounded(.down) / 10, places: 1)) %)"
    }

    /// With the bound that the chance is below, rounded up.
    fileprivate var upper: String {
        guard of > 0 else { return text }
        let bound = 1 - BinomialBound.lower(successes: of - count, of: of)
        return "\(text) (≤ \(decimal((bound * 1_000).rounded(.up) / 10, places: 1)) %)"
    }
}

extension AccuracyRow.Errors? {
    /// Such as `+0.4 % (1.2 %)`; a dash for none.
    fileprivate var text: String {
        guard let self else { return "–" }
        let sign = self.median < 0 ? "−" : "+"
        let middle = decimal(abs(self.median) * 100, places: 1)
        return "\(sign)\(middle) % (\(decimal(self.worst * 100, places: 1)) %)"
    }
}

extension AccuracyRow.Times? {
    /// Such as `11 s (19 s)`; a dash for none.
    fileprivate var text: String {
        guard let self else { return "–" }
        return "\(decimal(self.median, places: 0)) s (\(decimal(self.longest, places: 0)) s)"
    }
}

extension AccuracyRecord {
    /// Such as `no-leak, seed 3, run 20260301-…: leaking by heap`.
    fileprivate var story: String {
        let name = "\(study), seed \(seed)" + (run.map { ", run \($0)" } ?? "")
        let verdicts = variants.map { variant in
            let signs = variant.leaking.isEmpty ? "" : " by \(variant.leaking.joined(separator: ", "))"
            return "\(variant.name) \(variant.verdict.rawValue)\(signs)"
        }
        return "\(name): \(problem ?? verdicts.joined(separator: "; "))"
    }
}

/// Keys may be added, never renamed.
private struct AccuracyDocument: Encodable {
    let schema = 1
    let kind = "leaklab-accuracy"
    let studies: [AccuracyRow]
    let unexpected: [AccuracyRecord]
    let wallSeconds: Double
    let exitStatus: Int32

    init(_ report: AccuracyReport) {
        studies = report.rows
        unexpected = report.unexpected.map { record in
            var record = record
            record.measures = nil
            return record
        }
        wallSeconds = report.wallSeconds
        exitStatus = report.exitStatus.rawValue
    }
}
