import ArgumentParser
import LabAnalysis
import LabCore
import LabReport

/// Compares recorded runs, or variants of one.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two recorded runs, or the variants of one, and say which to ship.",
        discussion: """
            A run is its id, the beginning of one, or “latest”; several runs of one load, joined by commas, or “rep-latest”, \
            are taken together. :NAME after it means one of its variants. Of a single run, the suspect is compared with all \
            that could replace it.

            Example:
              \(Program.name) compare latest
              \(Program.name) compare 20261121-135318 latest:singleton
              \(Program.name) compare rep-20261120 rep-latest
              \(Program.name) compare --baseline baselines/checkout.json latest --format github
            """
    )

    @Argument(
        help: ArgumentHelp("The base, then the candidate: RUN or RUN:VARIANT.", valueName: "run"),
        completion: Completions.runs
    )
    var runs: [String] = []

    @Option(help: ArgumentHelp("Compare with the measures in this file instead of a run.", valueName: "file"))
    var baseline: String?

    @Option(help: ArgumentHelp("Write the candidate's measures to this file.", valueName: "file"))
    var saveBaseline: String?

    @OptionGroup(title: "Judging") var judging: ToleranceOptions

    @OptionGroup(title: "Output") var output: OutputOptions

    @OptionGroup(title: "Store") var store: StoreOptions

    func validate() throws {
        try output.check(for: ComparisonResult.self)
        switch (runs.count, baseline != nil) {
        case (0, _): throw ValidationError("Name a run, such as “latest”.")
        case (1, _), (2, false): break
        case (2, true): throw ValidationError("With --baseline, name the candidate alone.")
        default: throw ValidationError("Name two runs at most: the base, then the candidate.")
        }
    }

    func run() throws {
        let sides = try ComparisonSides(runs: runs, baseline: baseline, store: store.runs)
        // One run and a file to write to: there is nothing to compare.
        let isComparing = runs.count > 1 || baseline != nil || saveBaseline == nil
        let comparison = isComparing ? try comparison(of: sides) : nil
        if let comparison { try output.write(comparison) }
        if let saveBaseline {
            try ReportFile.write(try BaselineDocument.text(of: sides.kept), to: saveBaseline)
            StandardError.write("Baseline: \(saveBaseline)\n")
        }
        if let status = comparison?.exitStatus, status != 0 { throw ArgumentParser.ExitCode(status) }
    }

    private func comparison(of sides: ComparisonSides) throws -> ComparisonResult {
        RunComparison(tolerances: try judging.tolerances(), isStrict: judging.strict).result(
            base: sides.base.run,
            candidate: sides.candidate.run,
            plan: try ComparisonPlan(base: sides.base, candidate: sides.candidate),
            baseline: baseline
        )
    }
}
