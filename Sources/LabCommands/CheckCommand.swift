import ArgumentParser
import LabCluster
import LabCore
import LabEngine
import LabReport
import LabScenario

/// Checks a scenario without running it.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a scenario, and report everything that is wrong with it at once.",
        discussion: """
            Example:
              \(Program.name) check scenarios/service-per-event.yaml --explain

            Where an external broker is named, in the environment too, it also says what cannot be run there. It is not \
            connected to.
            """
    )

    @OptionGroup(title: "Scenario") var scenario: ScenarioOptions
    @OptionGroup(title: "Broker") var broker: BrokerOptions
    @OptionGroup(title: "Broker") var limits: LimitOptions

    @Flag(help: "Print every value that takes effect, and where it comes from.")
    var explain = false

    @Flag(
        help:
            "Measure whether this machine can run it honestly, at which largest time scale, and what limits it."
    )
    var rehearse = false

    func run() async throws {
        try broker.check()
        let scenario = try scenario.load()
        if let address = try broker.address() {
            let refusal = BrokerRequirements(of: scenario).refusal(on: address, within: try limits.limits())
            if let refusal { throw refusal }
        }
        if explain { try show(scenario) } else { try summarize(scenario) }
        if rehearse { try await self.rehearse(scenario) }
    }

    private func summarize(_ scenario: Scenario) throws {
        let variants = scenario.variants.map(\.name).joined(separator: ", ")
        let text =
            "\(scenario.path): valid\(scenario.form == .quick ? " in the quick form" : ""): \(grouped(scenario.plannedEvents)) events for each of \(variants), "
            + "\(scenario.timeScale.wall(scenario.totalDuration).text) of wall time"
        try StandardOutput.write(VisibleText.line(text) + "\n")
    }

    private func show(_ scenario: Scenario) throws {
        let rows = scenario.settings.map { [$0.label, $0.value, "\($0.origin)"] }
        try StandardOutput.write(TextTable.listing(rows, header: ["SETTING", "VALUE", "FROM"]))
    }

    private func rehearse(_ scenario: Scenario) async throws {
        guard let scenario = scenario.withHandlersOnly else {
            throw LabError(
                "nothing can be rehearsed: every variant of the scenario is a command",
                hint: "What a command costs is known once it has run.",
                exitStatus: .usage
            )
        }
        let rehearsal = Rehearsal(scenario, control: .detect(), executable: try Executable.path())
        let figures = try await rehearsal.run()
        try StandardOutput.write(TextTable.listing(figures.rows, header: RehearsalFigures.header))
        let scale = HonestTimeScale(of: scenario, from: figures, on: .present)
        try StandardOutput.write("largest honest time scale: \(scale)\n")
        for note in figures.incompressible(in: scenario) {
            try StandardOutput.write("not compressed: \(VisibleText.line(note))\n")
        }
        if let refusal = figures.refusal(of: scenario, on: .present) { throw refusal }
    }
}
