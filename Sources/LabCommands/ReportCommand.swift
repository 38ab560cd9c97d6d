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
        )
    )
    var id: String = "latest"

    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file")
    )
    var destination: String?

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        let isRepeated = id.hasPrefix(RunStore.repetitionsPrefix)
        let text =
            isRepeated
            ? try output.render(try store.runs.repetitions(id))
            : try output.render(try RunReport.load(id, from: store.runs))
        if let file = destination { try ReportFile.write(text, to: file) } else { StandardOutput.write(text) }
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
        return RunReport(
            recording: recording,
            result: stored ?? Judgement.result(of: recording, expecting: expectations ?? []),
            original: IncidentLibrary.named(header.incident)?.originalFigures ?? []
        )
    }
}
