import ArgumentParser
import LabCore
import LabReport
import LabScenario

/// Checks a scenario without running it.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a scenario, and report everything that is wrong with it at once.",
        discussion: """
            Example:
              leaklab check scenarios/service-per-event.yaml --explain
            """
    )

    @OptionGroup(title: "Scenario") var scenario: ScenarioOptions

    @Flag(help: "Print every value that takes effect, and where it comes from.")
    var explain = false

    func run() throws {
        let scenario = try scenario.load()
        guard explain else {
            let variants = scenario.variants.map(\.name).joined(separator: ", ")
            StandardOutput.write(
                "\(scenario.path): valid: \(grouped(scenario.plannedEvents)) events for each of \(variants), "
                    + "\(scenario.timeScale.wall(scenario.totalDuration).text) of wall time\n"
            )
            return
        }
        let rows = scenario.settings.map { [$0.label, $0.value, "\($0.origin)"] }
        StandardOutput.write(PlainTable.render(rows, header: ["SETTING", "VALUE", "FROM"]))
    }
}
