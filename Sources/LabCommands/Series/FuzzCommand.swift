import ArgumentParser
import Foundation
import LabCore
import LabEngine
import LabSelfTest

/// Feeds readers with inputs that are nearly right.
struct FuzzCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract: "Feed everything that reads files or answers of others with inputs that are nearly right.",
        discussion: """
            Each target is read in a process of its own. Inputs at which one crashes, takes over a second or over 200 MiB are kept.

            Example:
              \(Program.name) fuzz --seconds 600 --findings findings
            """,
        shouldDisplay: false
    )

    @Argument(
        help: ArgumentHelp(
            "Of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")); all by default.",
            valueName: "target"
        )
    )
    var targets: [FuzzTarget] = []

    @Option(help: ArgumentHelp("Wall time for all targets together.", valueName: "number"))
    var seconds = 60.0

    @Option(help: ArgumentHelp("Inputs for each target at most.", valueName: "number"))
    var inputs = Int.max

    @Option(help: ArgumentHelp("By which inputs are made.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Folder of inputs to begin with, in a folder for each target.",
            valueName: "folder"
        )
    )
    var corpus: String?

    @Option(help: ArgumentHelp("Folder for inputs that something failed at.", valueName: "folder"))
    var findings = "fuzz-findings"

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup var series: SeriesOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    func validate() throws {
        try output.check(for: FuzzReport.self)
        guard (0.1...86_400).contains(seconds) else {
            throw ValidationError("--seconds is a number from 0.1 to 86,400.")
        }
        guard inputs > 0 else { throw ValidationError("--inputs is a number above 0.") }
    }

    func run() async throws {
        let campaign = FuzzCampaign(
            targets.isEmpty ? FuzzTarget.allCases : targets,
            seconds: seconds,
            most: inputs,
            seed: seed,
            scenarios: try CarriedScenarios.names.map { try ScenarioSource.find($0).text },
            corpus: corpus,
            findings: findings,
            series: series.series(store)
        )
        let stop = StopSwitch()
        let report = try await Interruption.watching(stop, ends: "the feeding") {
            try await campaign.run(stop: stop)
        }
        try output.write(report)
        throw ExitCode(report.exitStatus.rawValue)
    }
}

extension FuzzTarget: ExpressibleByArgument {}

/// Feeds one target, within a process of its own.
struct FuzzTargetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz-target",
        abstract: "Feed one target.",
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("What the target is fed with.", valueName: "configuration.json"))
    var configuration: String

    func run() async throws {
        let loop = try ConfigurationFile.read(FuzzLoop.self, from: configuration)
        try StandardOutput.write("\(try await loop.run()) inputs\n")
    }
}
