import ArgumentParser
import LabCore
import LabEngine
import LabReport
import LabScenario

/// Lists the carried scenarios.
struct ScenariosCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenarios",
        abstract: "List the scenarios that \(Program.name) carries, each with what happens in it.",
        discussion: """
            Example:
              \(Program.name) scenarios
              \(Program.name) show service-per-event
            """
    )

    func run() throws {
        let rows = try CarriedScenarios.names.map { name in
            let scenario = try ScenarioOptions.parse([name]).load()
            return [
                name, scenario.timeScale.wall(scenario.totalDuration).text,
                scenario.hasQuickForm ? "yes" : "no", scenario.title,
            ]
        }
        try StandardOutput.write(
            TextTable.listing(rows, header: ["SCENARIO", "LOAD LASTS", "QUICK FORM", "WHAT IT SHOWS"])
        )
    }
}

/// Prints the text of a scenario.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a scenario as YAML, as it is written.",
        discussion: """
            Example:
              \(Program.name) show service-per-event --output mine.yaml
              \(Program.name) run mine.yaml
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The name of a scenario that \(Program.name) carries, or a file.",
            valueName: "scenario"
        ),
        completion: Completions.scenarios
    )
    var scenario: String

    @OptionGroup(title: "Output") var target: TargetOptions

    func run() throws {
        let source = try ScenarioSource.find(scenario)
        try target.write(target.file == nil ? VisibleText.block(source.text) : source.text)
    }
}
