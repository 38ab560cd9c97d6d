import ArgumentParser
import LabCore
import LabReport

enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case csv
    case json
}

/// Gives away a run's samples.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print all samples of a recorded run as CSV, or the whole recording as JSON.",
        discussion: """
            Example:
              \(Program.name) export latest --format csv > run.csv
            """
    )

    @Argument(help: ArgumentHelp("The run's id, or its beginning, or “latest”.", valueName: "run"))
    var id: String = "latest"

    @Option(help: ArgumentHelp("csv or json.", valueName: "format"))
    var format: ExportFormat = .csv

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        let report = try RunReport.load(id, from: store.runs)
        switch format {
        case .csv: try StandardOutput.write(CSVReport.render(report.recording))
        case .json: try StandardOutput.write(RecordingExport.render(report.recording, result: report.result))
        }
    }
}
