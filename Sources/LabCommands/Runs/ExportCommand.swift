import ArgumentParser
import LabCore
import LabEngine
import LabRecording
import LabReport
import LabScenario

enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case csv
    case json
    /// What was done to the run as steps and phases.
    case scenario
}

/// Prints a run's samples, or a scenario that plays it again.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print a run's samples as CSV, the recording as JSON, or a scenario that plays it again.",
        discussion: """
            A scenario has what was done to the run with “\(Program.name) act” as phases and steps, at the same times.

            Example:
              \(Program.name) export latest --output run.csv
              \(Program.name) export latest --output night.yaml
            """
    )

    @Argument(
        help: ArgumentHelp("The run's id, or its beginning, or “latest”.", valueName: "run"),
        completion: Completions.runs
    )
    var id: String = "latest"

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "csv, json or scenario; without it the ending of --output decides, else it is csv.",
            valueName: "format"
        )
    )
    var chosenFormat: ExportFormat?

    @OptionGroup(title: "Output") var target: TargetOptions

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        if format == .scenario { return try target.write(try scenario()) }
        let report = try RunReport.load(id, from: store.runs)
        switch format {
        case .csv: try target.write(CSVReport.render(report.recording))
        case .json, .scenario:
            try target.write(RecordingExport.render(report.recording, result: report.result))
        }
    }

    private func scenario() throws -> String {
        let recording = try store.runs.open(id)
        let end = recording.header.phases.map(\.end).max() ?? 0
        let length = recording.until.map { _ in Duration.nanoseconds(end) }
        return try PlayedScenario(recording.header, catalogue: .library, length: length).text()
    }

    private var format: ExportFormat {
        if chosenFormat == nil, target.file.map({ $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }) ?? false {
            return .scenario
        }
        let ofFile = target.file.flatMap(ReportFormat.ofFile).flatMap { ExportFormat(rawValue: $0.name) }
        return chosenFormat ?? ofFile ?? .csv
    }
}
