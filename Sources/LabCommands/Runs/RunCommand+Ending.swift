import LabAnalysis
import LabCore
import LabReport

extension RunCommand {
    /// Whether standard output gets the end of the run in some fifteen lines, and not the whole document.
    var isBrief: Bool {
        !verbose && output.format.name == ReportFormat.all[0].name && output.destination == nil
    }

    /// Prints what came out: the document in the format that was asked for, or as text its end alone.
    func write(_ report: RunReport) throws {
        guard isBrief else { return try output.write(report, curve: curve.chart) }
        try output.write(RunEnding(report, advice: Self.advice(on: report)))
    }

    /// The same of several runs, with what those that are used measured together.
    func write(_ result: RepetitionsResult, _ measures: RunMeasures?) throws {
        guard isBrief else { return try output.write(result) }
        let advice = result.valid ? measures.flatMap(Self.advice) : nil
        try output.write(RunEnding(result, advice: result.comparison?.headline ?? advice))
    }

    /// The commands that show more, where only the end of the run was printed.
    func showNext(_ id: String) {
        guard isBrief else { return }
        let place = store.store.map { " --store \($0)" } ?? ""
        StandardError.write(line: "Next:   \(Program.name) report \(id)\(place)   all figures of it")
        StandardError.write(line: "        \(Program.name) compare \(id)\(place)   its variants line by line")
    }

    /// What to ship; `nil` where the run proves nothing, is partial, or has nothing to compare.
    private static func advice(on report: RunReport) -> String? {
        if let comparison = report.result.comparison { return comparison.headline }
        guard report.recording.state == .finished, report.result.valid else { return nil }
        return advice(on: RunMeasures(of: report.recording, result: report.result))
    }

    /// As “compare RUN” says it.
    private static func advice(on measures: RunMeasures) -> String? {
        let run = ComparisonPlan.Choice(measures, variant: nil, place: measures.run)
        guard let plan = try? ComparisonPlan(base: run, candidate: run) else { return nil }
        return RunComparison().result(base: measures, candidate: measures, plan: plan).headline
    }
}
