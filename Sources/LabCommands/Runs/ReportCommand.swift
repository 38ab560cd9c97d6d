import ArgumentParser
import LabCore
import LabEngine
import LabIncidents
import LabRecording
import LabReport
import LabScenario

/// Reports on a recorded run again.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Report on a recorded run, be it finished, interrupted or cut off.",
        discussion: """
            Example:
              \(Program.name) report latest --format html --output report.html
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The run's id, or its beginning, or “latest”; “rep-latest” for repetitions.",
            valueName: "run"
        ),
        completion: Completions.runs
    )
    var id: String = "latest"

    @OptionGroup(title: "Output") var output: OutputOptions

    @OptionGroup(title: "Output") var curve: CurveOptions

    @OptionGroup(title: "Store") var store: StoreOptions

    private var isRepeated: Bool { id.hasPrefix(RunStore.repetitionsPrefix) }

    func validate() throws {
        try output.check(for: isRepeated ? RepetitionsResult.self : RunReport.self)
    }

    func run() throws {
        if isRepeated {
            try output.write(try store.runs.repetitions(id))
        } else {
            let report = try RunReport.load(id, from: store.runs)
            try output.write(report, curve: curve.chart)
            // The only one who can tell of this end is the one who reports on it.
            if report.recording.isCutOff { throw ExitCode(report.result.exitStatus) }
        }
    }
}

extension RunReport {
    /// The result as it was told at the end of the run; judged anew where the run came to no end.
    static func load(_ id: String, from store: RunStore) throws -> RunReport {
        let recording = try store.open(id)
        let header = recording.header
        let stored = try store.result(of: id)
        let expectations = try? Scenario.load(
            text: header.scenarioText,
            path: "\(header.scenario).yaml",
            catalogue: .library,
            overrides: header.form == .quick ? [.quick] : []
        )
        .expectations
        let profiles = RunProfiles(try store.folder(id)).stored()
        var result = stored ?? Judgement.result(of: recording, expecting: expectations ?? [])
        if stored == nil { result.add(growthIn: profiles) }
        return RunReport(
            recording: recording,
            result: result,
            original: IncidentLibrary.named(header.incident)?.originalFigures ?? [],
            growth: result.growth(in: profiles)
        )
    }
}
