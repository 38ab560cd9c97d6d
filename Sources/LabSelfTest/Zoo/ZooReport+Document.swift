import LabCore
package import LabReport

extension ZooReport: Reportable {
    package static let kind = "a pass through the zoo"
    package static let parts: DocumentParts = [.checks]

    package var document: Document {
        Document(
            "zoo",
            table,
            remarks: notes,
            checks: checks,
            isInterrupted: isInterrupted,
            value: ZooDocument(self)
        )
    }

    private var table: Table {
        Table(
            "Every cell over all runs",
            label: "cell",
            of: rows,
            row: { LabReport.Row($0.cell) },
            [
                .words("what it does") { $0.summary }, .text("truth") { $0.leaks ? "leaks" : "bounded" },
                .number("leaked") { $0.growth }, .number("kills") { Self.text($0.oomKills) },
                .number("right") { "\($0.right)/\($0.done)" }, .number("missed") { Self.text($0.missed) },
                .number("false alarms") { Self.text($0.falseAlarms) },
                .number("inconclusive") { Self.text($0.inconclusive) },
                .number("no result") { Self.text($0.nothing) },
            ]
        )
    }

    private var checks: [Check] {
        records.map { record in
            let name = "\(record.cell), \(decimal(record.seconds, places: 0)) s, seed \(record.seed)"
            return .judged(name, isMet: record.outcome == .right, record.account)
        }
    }

    private static func text(_ count: Int) -> String { count == 0 ? "–" : String(count) }

    /// What the table does not show, one sentence each.
    package var notes: [String] {
        [
            """
            \(records.count) runs. leaked: over all lives of the longest run, as the subject counts it. missed: a leak \
            called bounded. false alarm: something bounded, or a control, called leaking.
            """,
            "Leaks called bounded: \(missed.count). Bounded called leaking: \(falseAlarms.count).",
            undecidedNote,
        ] + skipped.map { "Left out: \($0.cell), since \($0.because)." }
            + records.filter { $0.outcome != .right }.map { "Not right: \($0.account)" } + [verdict]
    }

    private var undecidedNote: String {
        let share = undecided.of > 0 ? Double(undecided.count) / Double(undecided.of) : 0
        return """
            Inconclusive or without a result, of the runs whose growth is none, 8 MiB or 100 units at least: \
            \(undecided.count) of \(undecided.of) (\(percent(share, places: 1)); at most 10 % are wanted).
            """
    }

    private var verdict: String {
        if isInterrupted { return "Interrupted: the rest was not run." }
        let open = rows.reduce(0) { $0 + $1.wanted - $1.done }
        if open > 0 { return "\(open) runs are not there." }
        return isMet ? "All that was wanted was seen." : "Not met."
    }
}

extension ZooReport.Row {
    /// Such as `14.4 MiB` or `270 units`.
    fileprivate var growth: String {
        guard leaks else { return "0" }
        if let leakedBytes, leakedBytes > 0 { return ByteCount.describe(leakedBytes) }
        return leakedUnits.map { "\(grouped(Int($0))) units" } ?? "–"
    }
}

extension ZooRecord {
    /// Such as `c-malloc-2000, 90 s, seed 1, run 20260301-…: missed, bounded since …`.
    var account: String {
        let name =
            "\(cell), \(decimal(seconds, places: 0)) s, seed \(seed)" + (run.map { ", run \($0)" } ?? "")
        guard let subject, problem == nil else { return "\(name): \(problem ?? "no subject")" }
        let kills = subject.oomKills > 0 ? ", \(subject.oomKills) kills" : ""
        let other = control?.verdict == .leaking ? "; the control is called leaking" : ""
        let reason = outcome == .right ? "" : subject.because.first.map { ": \($0)" } ?? ""
        return "\(name): \(outcome.words), \(subject.verdict.rawValue)\(kills)\(other)\(reason)"
    }
}

extension ZooRecord.Outcome {
    fileprivate var words: String {
        switch self {
        case .right: "right"
        case .missed: "MISSED"
        case .falseAlarm: "FALSE ALARM"
        case .inconclusive: "open"
        case .nothing: "no result"
        }
    }
}

/// Keys may be added, never renamed.
private struct ZooDocument: Encodable {
    let schema = 1
    let kind = "leaklab-zoo"
    let cells: [ZooReport.Row]
    let runs: [ZooRecord]
    let skipped: [ZooPlan.Skipped]
    let undecided: Tally
    let wallSeconds: Double
    let exitStatus: Int32

    init(_ report: ZooReport) {
        cells = report.rows
        runs = report.records
        skipped = report.skipped
        undecided = report.undecided
        wallSeconds = report.wallSeconds
        exitStatus = report.exitStatus.rawValue
    }
}
