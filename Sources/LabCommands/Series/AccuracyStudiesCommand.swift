import ArgumentParser
import LabCore
import LabEngine
import LabReport
import LabScenario
import LabSelfTest

/// Measures how often verdicts are right on leaks of known size.
struct AccuracyStudiesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "studies",
        abstract: "Count how often verdicts are right on a leak of known size, and how small a one they see.",
        discussion: """
            Runs the scenario “known-leak” hundreds of times, with leaks of known size and with none, several at a time \
            against one broker, and counts. All studies take about three hours; with --results the same command goes on \
            where it was ended.

            Example:
              \(Program.name) accuracy --results accuracy.jsonl --format markdown
            """
    )

    @Option(
        name: .customLong("study"),
        parsing: .singleValue,
        help: ArgumentHelp(
            "Only this one of \(AccuracyStudy.all.map(\.name).joined(separator: ", ")); may be repeated.",
            valueName: "name"
        )
    )
    var studies: [String] = []

    @Option(help: ArgumentHelp("At most so many runs of each study.", valueName: "number"))
    var runs: Int?

    @Option(
        help: ArgumentHelp(
            "How many runs go on at a time, instead of each study's number.",
            valueName: "number"
        )
    )
    var lanes: Int?

    @OptionGroup(title: "Output") var output: OutputOptions

    @OptionGroup var series: SeriesOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    func validate() throws {
        try output.check(for: AccuracyReport.self)
        if let runs, !(1...1_000).contains(runs) {
            throw ValidationError("--runs is a number from 1 to 1000.")
        }
        if let lanes, !(1...64).contains(lanes) {
            throw ValidationError("--lanes is a number from 1 to 64.")
        }
        let known = AccuracyStudy.all.map(\.name)
        if let unknown = studies.first(where: { !known.contains($0) }) {
            throw ValidationError(
                "There is no study “\(unknown)”. There are: \(known.joined(separator: ", "))."
            )
        }
    }

    func run() async throws {
        let test = AccuracyTest(
            try subjects(),
            series: series.series(store),
            results: try series.results.map { try AccuracyResults(path: $0) }
        )
        let stop = StopSwitch()
        let report = try await Interruption.watching(stop, ends: "all runs") {
            try await test.run(stop: stop)
        }
        try output.write(report)
        throw ExitCode(report.exitStatus.rawValue)
    }

    /// - Throws: ``LabError`` or ``ScenarioError`` if the scenario does not take a study's settings.
    func subjects() throws -> [AccuracySubject] {
        let source = try ScenarioSource.find(Self.scenario)
        return try AccuracyStudy.all.filter { studies.isEmpty || studies.contains($0.name) }.map { study in
            AccuracySubject(
                study,
                scenario: try Scenario.load(
                    text: source.text,
                    path: source.path,
                    catalogue: .library,
                    overrides: study.settings.map { ScenarioOverride.set($0) }
                ),
                argument: Self.scenario,
                version: LeakLabVersion.current,
                runs: runs,
                lanes: lanes
            )
        }
    }

    private static let scenario = "known-leak"
}
