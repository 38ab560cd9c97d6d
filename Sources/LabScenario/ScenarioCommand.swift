/// A consumer in any language, as a variant's pods run it: a program that joins the variant's group by itself.
package struct ScenarioCommand: Hashable, Sendable {
    /// The program's absolute path.
    package let program: String
    /// Without the program's own name.
    package let arguments: [CommandTemplate]
    /// What is set besides the environment of the lab.
    package let environment: [String: CommandTemplate]
    /// Absolute.
    package let workingDirectory: String
    /// Wall time that a pod gets to start and to join its group before it counts as ready.
    package let startup: Duration
    package let metrics: MetricsSource?
    /// As it was written, in one line.
    package let text: String

    /// The same with other words: its environment, its folder and its metrics stay.
    func running(_ program: String, _ arguments: [CommandTemplate], text: String) -> ScenarioCommand {
        ScenarioCommand(
            program: program,
            arguments: arguments,
            environment: environment,
            workingDirectory: workingDirectory,
            startup: startup,
            metrics: metrics,
            text: text
        )
    }

    /// What variants with commands have in the place of a handler's name.
    package static let handlerName = "command"
}

/// Where each pod of a command tells of itself, in Prometheus' text format.
package struct MetricsSource: Hashable, Sendable {
    /// `nil` for the port that is chosen for each life.
    package let port: Int?
    package let path: CommandTemplate
    /// What is recorded, in the order of the file.
    package let names: [String]
    /// Which of them counts tasks; `nil` for the process' threads.
    package let tasks: String?
    /// As it was written.
    package let text: String
}

extension Scenario {
    /// The part whose code the lab runs itself; `nil` if all variants are commands.
    package var withHandlersOnly: Scenario? {
        var scenario = self
        scenario.variants.removeAll { $0.command != nil }
        return scenario.variants.isEmpty ? nil : scenario
    }
}
