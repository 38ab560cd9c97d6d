import ArgumentParser
import LabCore
import LabReport

enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case csv
    case json
}

/// Prints a run's samples.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print all samples of a recorded run as CSV, or the whole recording as JSON.",
        discussion: """
            Example:
              \(Program.name) export latest --output run.csv
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
            "csv or json; without it the ending of --output decides, else it is csv.",
            valueName: "format"
        )
    )
    var chosenFormat: ExportFormat?

    @OptionGroup(title: "Output") var target: TargetOptions

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        let report = try RunReport.load(id, from: store.runs)
        switch format {
        case .csv: try target.write(CSVReport.render(report.recording))
        case .json: try target.write(RecordingExport.render(report.recording, result: report.result))
        }
    }

    private var format: ExportFormat {
        let ofFile = target.file.flatMap(ReportFormat.ofFile).flatMap { ExportFormat(rawValue: $0.name) }
        return chosenFormat ?? ofFile ?? .csv
    }
}
