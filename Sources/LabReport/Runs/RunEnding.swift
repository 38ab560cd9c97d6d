package import LabCore

/// What a run, or a series of runs, prints at its end: what came out and what to do next, in some fifteen lines.
///
/// Everything else stands in the report.
package struct RunEnding: Reportable {
    package static let kind = "the end of a run"
    package static let parts: DocumentParts = []

    private let report: Document
    private let expectations: [ExpectationResult]
    /// What of the load was not run; `nil` for a whole run.
    private let partial: String?
    /// What a comparison of the variants comes to; `nil` where nothing can be compared.
    private let advice: String?
    /// Events that were lost, and what would decide a variant without a verdict.
    private let remarks: [Item]

    /// - Parameters:
    ///   - report: of a run that is over, in whatever way.
    ///   - advice: what to ship, in one or two sentences.
    package init(_ report: RunReport, advice: String?) {
        self.report = report.document
        expectations = report.result.expectations
        partial = report.partialNote
        self.advice = advice
        remarks =
            report.result.variants.flatMap(\.lossSentences).map { Item($0, isBad: true) }
            + report.result.variants.filter { $0.verdict == .inconclusive }.compactMap { variant in
                variant.undecided.first.map { Item($0, of: variant.name) }
            }
    }

    /// - Parameters:
    ///   - result: of repetitions that are over, in whatever way.
    ///   - advice: what to ship, in one or two sentences.
    package init(_ result: RepetitionsResult, advice: String?) {
        report = result.document
        expectations = result.expectations
        let isPartial = result.exitStatus == ExitStatus.interrupted.rawValue
        partial =
            isPartial ? "PARTIAL: interrupted; \(result.used) of \(result.asked) repetitions are whole." : nil
        self.advice = advice
        remarks = []
    }

    package var document: Document {
        var document = Document(title: report.title, value: report.value)
        document.origin = report.origin
        document.warning = report.warning
        document.warning?.reasons = Self.first(report.warning?.reasons ?? [])
        document.headline = [partial, report.headline].compactMap(\.self).joined(separator: " ")
        document.sections = [
            Section("advice", "", [.paragraph(advice ?? "")]),
            Section("remarks", "", [.list(Array(remarks.prefix(Self.most)))]), unmet,
        ]
        document.exit = report.exit
        // What is said above need not be said twice.
        document.exit?.reasons = Self.first(
            (report.exit?.reasons ?? []).filter { reason in !(advice.map(reason.hasSuffix) ?? false) }
        )
        return document
    }

    /// Lines of one kind.
    private static let most = 5

    private static func first(_ texts: [String]) -> [String] {
        guard texts.count > most else { return texts }
        return texts.prefix(most - 1) + ["and \(texts.count - most + 1) more: see the report"]
    }

    /// Expectations that are not met, or in one line that all are.
    private var unmet: Section {
        let unmet = expectations.filter { !$0.isHeld }
        let summary = expectations.summary ?? ""
        guard !unmet.isEmpty else { return Section("expectations", "", [.paragraph(summary)]) }
        let rest = unmet.count - Self.most
        return Section(
            "expectations",
            summary,
            [
                .expectations(Array(unmet.prefix(Self.most))),
                .paragraph(rest > 0 ? "and \(rest) more: see the report" : "", .muted),
            ]
        )
    }
}

extension RunReport {
    /// That the load did not come to its end, and how much of it there was; `nil` for a run that did.
    fileprivate var partialNote: String? {
        let planned = Double(header.phases.map(\.end).max() ?? 0) / 1e9 * timeScale
        let reached = min(planned, Double(end) / 1e9 * timeScale)
        let share = "\(Figure.duration(reached)) of \(Figure.duration(planned))"
        switch recording.state {
        case .finished: return nil
        case .interrupted: return "PARTIAL: interrupted after \(share)."
        case .failed, .recording: return "PARTIAL: ended after \(share)."
        }
    }
}
