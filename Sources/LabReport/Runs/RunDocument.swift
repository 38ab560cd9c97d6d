import LabCore

extension RunReport: Reportable {
    package static let kind = "a run"
    package static let parts: DocumentParts = [.checks, .curves]

    package var document: Document {
        var document = Document(title: header.title.isEmpty ? header.scenario : header.title, value: result)
        document.origin = [
            header.scenario, "run \(header.id)", durationText, "seed \(header.seed)",
            "broker \(header.broker.kind)", "memory \(header.memoryControl)",
        ]
        document.facts = RunFacts(self).head
        document.warning = Document.Warning("Invalid run", because: reasonsForInvalidity)
        document.headline = headline
        document.status = expectationsSummary.map { Badge($0, result.expectations.tone) }
        document.sections = RunSections(self).all
        document.exit = Document.Exit(result.exitStatus, exitMeaning, reasons: exitReasons)
        document.gate = gate
        document.curves = Document.Curves(
            names: { ChartFactory(self).names },
            picture: { name in ChartFactory(self).chart(named: name).map { SVGChart.standalone($0) } }
        )
        document.appendices = [result.comparison?.document].compactMap(\.self)
        return document
    }

    private var exitMeaning: String { ExitStatus(rawValue: result.exitStatus)?.meaning ?? "unknown" }

    /// One check for the run's validity, one for each expectation, and one for the exit status.
    private var gate: Gate {
        let expected = expectationsSummary.map { " \($0)." } ?? ""
        let title = "leaklab: \(result.scenario)"
        var gate = Gate(
            "leaklab \(result.scenario)",
            id: result.run,
            classname: "leaklab.\(result.scenario)",
            checks: [
                .remark(Check.headline(headline + expected, title, exitStatus: result.exitStatus)),
                .validity(
                    "the run is valid",
                    of: "run",
                    isValid: result.valid,
                    because: reasonsForInvalidity
                ),
            ]
                + result.expectations.map {
                    Check.expectation($0).placed(in: header.scenarioText, at: $0.text, "expect:")
                } + [.exit(result.exitStatus, because: result.exitBecause, beside: result.expectations)]
                + result.variants.filter { $0.verdict == .inconclusive }.map {
                    .openVerdict($0.name, because: $0.because)
                        .placed(in: header.scenarioText, at: "name: \($0.name)", "variants:")
                }
        )
        gate.file = scenarioFile
        gate.properties = RunFacts(self).run
        gate.seconds = Double(end) / 1e9
        gate.width = 80
        return gate
    }
}

extension [ExpectationResult] {
    /// Of all together.
    var tone: Tone { allSatisfy(\.isHeld) ? .good : .bad }

    /// Such as `4 of 5 expectations met`; `nil` for none.
    var summary: String? {
        guard !isEmpty else { return nil }
        let applicable = filter { $0.notApplicable == nil }
        let noun = applicable.count == 1 ? "expectation" : "expectations"
        let rest = count - applicable.count
        let others = rest == 0 ? "" : ", \(rest) \(rest == 1 ? "does" : "do") not apply"
        return "\(applicable.count(where: \.met)) of \(applicable.count) \(noun) met\(others)"
    }

    /// What was expected, with what came of it.
    var section: Section { Section("expectations", summary ?? "", [.expectations(self)]) }
}

/// What a report of a run has in it, in the order in which it is read: what came out, how it looked, how it was found, and
/// all that was set.
struct RunSections {
    let report: RunReport
    let result: RunResult
    let styles: [String: SeriesStyle]
    let factory: ChartFactory

    init(_ report: RunReport) {
        self.report = report
        result = report.result
        styles = report.styles
        factory = ChartFactory(report)
    }

    var all: [Section] {
        [
            verdicts, growth, findings, story, losses, charts, comparison, original,
            result.expectations.section,
        ]
            + [acts, caveats, books, evidence, census, timeline, lives, setup, scenario]
    }

    private var findings: Section {
        Section("findings", "Findings", [.table(Table(findingsOf: result, styles))])
            .note("Besides growth. What is beyond the scenario’s limit is marked, and flags its variant.")
    }

    /// What somebody did to the run while it went on.
    private var acts: Section {
        Section("acts", "What was done to the run", [.table(Table(acts: result.acts ?? []))])
            .note("Each changed the pods of its variant, or the load and the world of all, from then on.")
    }

    private var losses: Section {
        let sentences = result.variants.flatMap(\.lossSentences)
        return Section("losses", "Lost events", [.list(sentences.map { Item($0, isBad: true) })])
            .shown(in: .brief)
    }

    private var comparison: Section {
        Section("comparison", "Comparison", [.table(Comparison(report).table(styles))])
            .untitled(in: .brief)
    }

    private var original: Section {
        let items = report.otherOriginal.map { Item("\($0.label): \($0.value)") }
        return Section("original", "The original incident", [.list(items)])
    }

    private var caveats: Section {
        guard let caveats = RunCaveats(report) else { return Section("caveats", "", []) }
        return Section(
            "caveats",
            caveats.title,
            [.paragraph(caveats.lead ?? "", .muted), .list(caveats.sentences)]
        )
        .shown(in: .lookUp).folded(in: .pullRequest)
    }

    // MARK: - How it was set up

    private var setup: Section {
        Section("setup", "Configuration and machine", [.facts(RunFacts(report).groups)])
            .shown(in: .lookUp).folded(in: .pullRequest)
    }

    private var scenario: Section {
        Section("scenario", "Scenario", [.code(report.header.scenarioText)])
            .shown(in: .lookUp).folded(in: .lookUp)
    }
}
