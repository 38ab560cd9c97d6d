package import LabCore

extension ComparisonResult: Reportable {
    package static let kind = "a comparison"
    package static let parts: DocumentParts = [.checks]

    package var document: Document {
        var document = Document(title: title.isEmpty ? scenario : title, value: self)
        document.origin = origin
        document.headline = headline
        document.sections =
            pairsInOrder.enumerated().map { section(of: $1, at: $0) } + [
                Section("notes", "", [.notes(notes)]),
                Section("legend", "", [.paragraph(Self.legend, .muted)]).shown(in: .lookUp),
            ]
        document.exit = Document.Exit(exitStatus, exitMeaning, marksHeadline: true)
        document.gate = Gate(
            "leaklab compare \(scenario)",
            id: candidate.run,
            classname: "leaklab.\(scenario)",
            checks: [whole] + pairsInOrder.flatMap { pair in pair.lines.map { check(on: $0, of: pair) } }
                + [.remark(notes.map { Check.Annotation(.notice, "leaklab compare", $0) })]
        )
        return document
    }

    private static let legend = """
        A line is the “same” if the 98 % interval of its effect lies within the tolerance, “better” or “worse” if it lies \
        wholly outside, and “unknown” otherwise.
        """

    /// Where both sides come from.
    private var origin: [String] {
        guard base.run != candidate.run || base.baseline != nil else { return [scenario, "run \(base.run)"] }
        let source = base.baseline.map { "baseline \($0) (run \(base.run))" } ?? "run \(base.run)"
        return [scenario, "\(source) against run \(candidate.run)"]
    }

    private var exitMeaning: String {
        switch ExitStatus(rawValue: exitStatus) {
        case .success: "nothing is worse than tolerated"
        case .expectationsNotMet: "something is worse than tolerated"
        case .inconclusive: "the recordings cannot decide it"
        case let status: status?.meaning ?? "unknown"
        }
    }

    // MARK: - Pairs

    /// What holds a release up comes first, else what is to be shipped.
    private var pairsInOrder: [Pair] {
        guard exitStatus != 0 else { return pairs }
        let order: [ComparisonOutcome] = [.worse, .mixed, .unknown, .better, .same, .shown]
        return order.flatMap { outcome in pairs.filter { $0.outcome == outcome } }
    }

    private func heading(of pair: Pair) -> String {
        pair.base.variant == pair.candidate.variant
            ? pair.candidate.variant : "\(pair.candidate.variant) instead of \(pair.base.variant)"
    }

    private func section(of pair: Pair, at index: Int) -> Section {
        let subjects =
            pair.base.variant == pair.candidate.variant ? [pair.candidate] : [pair.candidate, pair.base]
        let summaries = subjects.filter { !$0.summary.isEmpty }.map { Item($0.summary, of: $0.variant) }
        // What the two do, for readers who do not know their names.
        let about = Section("", "", [.list(summaries)]).shown(in: .lookUp)
        let methods = Section(
            "",
            "How each line was found",
            [.table(Table(methodsOf: pair, heading(of: pair)))]
        )
        .shown(in: .lookUp).folded(in: .lookUp)
        return Section(
            "pair-\(index + 1)",
            heading(of: pair),
            [
                .section(about), .list(pair.because), .table(Table(linesOf: pair, heading(of: pair))),
                .section(methods),
            ]
        )
        .badge(pair.outcome.text, pair.outcome.tone)
    }

    // MARK: - Checks

    /// Fails with any exit status but 0.
    private var whole: Check {
        Check(
            "the candidate can replace the base",
            Check.outcome(of: exitStatus),
            headline,
            annotations: Check.headline(
                headline,
                "leaklab compare: \(outcome.rawValue)",
                exitStatus: exitStatus
            )
        )
    }

    private func check(on line: Line, of pair: Pair) -> Check {
        let name = "\(heading(of: pair)): \(line.metric.title)"
        let title = "\(name) is \(line.outcome.rawValue)"
        switch line.outcome {
        // Of several candidates the one that is chosen is worse in nothing.
        case .worse where exitStatus == 0:
            return Check(
                name,
                .skipped,
                "not chosen: \(line.summary)",
                annotations: [.init(.warning, title, line.summary)]
            )
        case .worse:
            return Check(name, .failed, line.summary, annotations: [.init(.error, title, line.summary)])
        case .unknown:
            let reason = line.note ?? line.summary
            return Check(name, .skipped, reason, annotations: [.init(.warning, title, reason)])
        case .better, .same, .mixed, .shown: return Check(name)
        }
    }
}

extension ComparisonResult.Line {
    /// Such as `13.2 µs → 38.0 µs, +188 % (+180 % to +196 %), tolerance ± 20 %`.
    fileprivate var summary: String {
        let values = "\(baseText) → \(candidateText)"
        guard effect != nil else { return values }
        return "\(values), \(effectText) (\(intervalText)), tolerance \(toleranceText)"
    }
}

extension Table {
    fileprivate init(linesOf pair: ComparisonResult.Pair, _ heading: String) {
        let names = [pair.base.variant, pair.candidate.variant]
        let titles = names[0] == names[1] ? ["base", "candidate"] : names
        self.init(
            heading,
            label: "",
            of: pair.lines,
            row: { Row($0.metric.title) },
            [
                .number(titles[0]) { $0.baseText }, .number(titles[1]) { $0.candidateText },
                .number("result", tone: { $0.outcome.tone }) { $0.outcome.text },
                .number("effect") { $0.effectText },
                .number("interval", tone: { _ in .muted }) { $0.intervalText },
                .number("tolerance", tone: { _ in .muted }) { $0.toleranceText },
            ]
        )
        let verdicts = [pair.base, pair.candidate].map {
            Cell($0.verdict.text(flagged: $0.flagged), $0.verdict.tone(flagged: $0.flagged))
        }
        let rest = Array(repeating: Cell(""), count: 3)
        for (index, line) in pair.lines.enumerated() { rows[index].isUnchanged = line.outcome == .same }
        rows.insert(
            Row("verdict", verdicts + [Cell(pair.verdict.text, pair.verdict.tone)] + rest),
            at: 0
        )
    }

    fileprivate init(methodsOf pair: ComparisonResult.Pair, _ heading: String) {
        self.init(
            "\(heading): how each line was found",
            label: "Line",
            of: pair.lines,
            row: { Row($0.metric.title) },
            [.text("Method") { $0.method }, .number("n") { "\($0.n)" }, .words("Note") { $0.note ?? "" }]
        )
    }
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
