package import LabCore

extension RepetitionsResult: Reportable {
    package static let kind = "several repetitions"
    package static let parts: DocumentParts = [.checks]

    package var document: Document {
        var document = Document(title: title.isEmpty ? scenario : title, value: self)
        document.origin = [scenario, id, schedule, "seeds from \(seed)"]
        document.warning = Document.Warning("Invalid repetitions", because: invalidBecause)
        document.headline = headline
        document.sections =
            variants.enumerated().map { section(of: $1, at: $0) } + [
                expectations.section,
                Section("repetitions", "Repetitions", [.table(runs)]).folded(in: .pullRequest),
                Section("notes", "", [.notes(notes)]),
            ]
        document.exit = Document.Exit(
            exitStatus,
            ExitStatus(rawValue: exitStatus)?.meaning ?? "unknown",
            reasons: expectations.allSatisfy(\.met) ? exitBecause : [],
            marksHeadline: true
        )
        document.gate = gate
        document.appendices = [comparison?.document].compactMap(\.self)
        return document
    }

    /// The outcome in one or two sentences.
    var headline: String {
        guard used > 0 else { return "No repetition was whole and valid: nothing is known of the variants." }
        guard valid else { return "Most repetitions are invalid: they say nothing about the variants." }
        let groups = Verdict.allCases.compactMap { verdict -> String? in
            let names = variants.filter { $0.verdict == verdict }.map(\.name)
            return names.isEmpty ? nil : "\(verdict.rawValue): \(names.joined(separator: ", "))"
        }
        let number = used == asked ? "\(used)" : "\(used) of \(asked)"
        return "Of \(number) repetitions, \(groups.joined(separator: "; "))."
    }

    /// One check for their validity, one for each expectation, and one for the exit status.
    private var gate: Gate {
        let expected = expectations.summary.map { " \($0)." } ?? ""
        let title = "leaklab: \(scenario)"
        return Gate(
            "leaklab \(scenario), repeated",
            id: id,
            classname: "leaklab.\(scenario)",
            checks: [
                .remark(Check.headline(headline + expected, title, exitStatus: exitStatus)),
                .validity(
                    "the repetitions are valid",
                    of: "repetitions",
                    isValid: valid,
                    because: invalidBecause
                ),
            ] + expectations.map(Check.expectation) + [
                .exit(exitStatus, because: exitBecause, beside: expectations)
            ]
                + variants.filter { $0.verdict == .inconclusive }.map {
                    .openVerdict($0.name, because: $0.because)
                }
                + [
                    .remark(
                        repetitions.filter { $0.use != .used }.map {
                            .init(.warning, "leaklab: repetition \($0.number), run \($0.run)", $0.outcome)
                        }
                    )
                ]
        )
    }

    private func section(of variant: Variant, at index: Int) -> Section {
        let reasons = variant.because + [variant.detectableText].compactMap(\.self)
        return Section(
            "variant-\(index + 1)",
            variant.name,
            [.list(reasons), .table(Table(figuresOf: variant))]
        )
        .badge(variant.verdict.text(flagged: variant.flagged), variant.verdict.tone(flagged: variant.flagged))
    }

    private var runs: Table {
        Table(
            "What became of every run",
            label: "",
            of: repetitions,
            row: { Row("\($0.number)") },
            [
                .text("Run", isCode: true) { $0.run }, .number("Seed") { "\($0.seed)" },
                .text("Order") { $0.order.joined(separator: ", ") },
                .words("Outcome", tone: { $0.use == .used ? .plain : .warning }) { $0.outcome },
            ]
        )
    }
}

extension RepetitionsResult.Repetition {
    /// Such as `per-event leaking, singleton bounded`, or why it was not used.
    package var outcome: String {
        let verdicts = verdicts.map { "\($0.variant) \($0.verdict.rawValue)" }.joined(separator: ", ")
        guard use != .used else { return verdicts }
        return ([use.rawValue] + (because.isEmpty ? [] : [because.joined(separator: "; ")]))
            .joined(separator: ": ")
    }
}

extension Table {
    fileprivate init(figuresOf variant: RepetitionsResult.Variant) {
        self.init(
            variant.name,
            label: "",
            of: variant.figures,
            row: { Row($0.metric.title) },
            [
                .number("mean") { $0.estimate.map($0.metric.text) ?? Figure.unknown },
                .number("98 % interval") { $0.intervalText },
                .number("spread") { figure in
                    figure.standardDeviation.map { "± \(figure.metric.text($0))" } ?? Figure.unknown
                },
                .number("n") { "\($0.n)" },
            ]
        )
        let lost = [variant.lost.map { grouped($0) } ?? "unknown", "in all together", "", ""]
        rows.insert(Row(ComparedMetric.lost.title, lost.map { Cell($0) }), at: 0)
    }
}

extension RepeatedFigure {
    fileprivate var intervalText: String {
        guard let interval else { return Figure.unknown }
        return interval.low == interval.high
            ? "exact" : "\(metric.text(interval.low)) to \(metric.text(interval.high))"
    }
}

extension RepetitionsResult.Variant {
    /// `nil` where no growth was told.
    var detectableText: String? {
        smallestDetectableBytesPerEvent.map {
            "the smallest leak that these repetitions would have found: \(Figure.bytes($0)) per event"
        }
    }
}
