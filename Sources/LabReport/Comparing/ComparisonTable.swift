import LabCore

/// The lines of one pair as all reports show them.
struct ComparisonTable {
    struct Row {
        var title: String
        /// In the order of ``columns``.
        var cells: [Comparison.Cell]
    }

    let columns: [String]
    let rows: [Row]

    init(_ pair: ComparisonResult.Pair) {
        let names = [pair.base.variant, pair.candidate.variant]
        let isOneName = names[0] == names[1]
        columns =
            (isOneName ? ["base", "candidate"] : names) + ["result", "effect", "interval", "tolerance"]
        rows = [Self.verdict(pair)] + pair.lines.map(Self.row)
    }

    private static func verdict(_ pair: ComparisonResult.Pair) -> Row {
        let cells = [pair.base, pair.candidate].map { Comparison.Cell($0.verdictText, $0.tone) }
        let result = Comparison.Cell(pair.verdict.text, pair.verdict.tone)
        return Row(
            title: "verdict",
            cells: cells + [result] + Array(repeating: Comparison.Cell(""), count: 3)
        )
    }

    private static func row(_ line: ComparisonResult.Line) -> Row {
        Row(
            title: line.metric.title,
            cells: [
                Comparison.Cell(line.baseText), Comparison.Cell(line.candidateText),
                Comparison.Cell(line.outcome.text, line.outcome.tone),
                Comparison.Cell(line.effectText), Comparison.Cell(line.intervalText, .muted),
                Comparison.Cell(line.toleranceText, .muted),
            ]
        )
    }
}

extension ComparisonResult.Subject {
    /// Such as `▲ leaking`, or `! bounded, flagged`.
    fileprivate var verdictText: String {
        flagged && verdict != .leaking
            ? "! \(verdict.rawValue), flagged" : "\(verdict.sign) \(verdict.rawValue)"
    }

    fileprivate var tone: Tone { flagged && verdict == .bounded ? .warning : verdict.tone }
}

extension ComparisonOutcome {
    /// The word with a sign, so that colour is never needed.
    var text: String {
        switch self {
        case .better: "▼ better"
        case .same: "= same"
        case .worse: "▲ worse"
        case .mixed: "◆ mixed"
        case .shown: "· shown"
        case .unknown: "? unknown"
        }
    }

    var tone: Tone {
        switch self {
        case .better, .same: .good
        case .worse: .bad
        case .mixed, .unknown: .warning
        case .shown: .muted
        }
    }
}

extension ComparisonResult {
    /// Such as `run A` or `baseline FILE (run A)`.
    func text(of source: Source) -> String {
        source.baseline.map { "baseline \($0) (run \(source.run))" } ?? "run \(source.run)"
    }

    /// Where both sides come from.
    var origin: String {
        guard base.run != candidate.run || base.baseline != nil else {
            return "\(scenario) · run \(base.run)"
        }
        return "\(scenario) · \(text(of: base)) against run \(candidate.run)"
    }

    var exitText: String {
        "\(exitStatus): "
            + (ExitStatus(rawValue: exitStatus).map { status in
                switch status {
                case .success: "nothing is worse than tolerated"
                case .expectationsNotMet: "something is worse than tolerated"
                case .inconclusive: "the recordings cannot tell"
                default: status.meaning
                }
            } ?? "unknown")
    }

    /// Pairs of more than one have a heading each.
    func heading(of pair: Pair) -> String {
        pair.base.variant == pair.candidate.variant
            ? pair.candidate.variant : "\(pair.candidate.variant) instead of \(pair.base.variant)"
    }
}
