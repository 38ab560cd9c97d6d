package import LabCore

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
    package let runtime: RuntimeSettings
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
            runtime: runtime,
            text: text
        )
    }

    /// What variants with commands have in the place of a handler's name.
    package static let handlerName = "command"
}

/// An address of 127.0.0.1 that a pod of a command answers at.
package struct PodEndpoint: Hashable, Sendable {
    /// `nil` for the port that is chosen for each life.
    package let port: Int?
    package let path: CommandTemplate
    /// As it was written.
    package let text: String
}

/// What each pod of a command reports of itself, in Prometheus' text format.
package struct MetricsSource: Hashable, Sendable {
    package let endpoint: PodEndpoint
    /// What is recorded, in the order of the file.
    package let selectors: [MetricSelector]
    /// Which of them counts tasks; `nil` for the process' threads.
    package let tasks: MetricSelector?
    /// Which of them is the live heap; `nil` for what the runtime says.
    package let heap: MetricSelector?
    /// Which of them counts the events that the pod has handled; `nil` for what its group commits.
    package let handled: MetricSelector?
    /// The histogram of what events took, in seconds.
    package let latency: MetricSelector?
    /// Wall time between two questions.
    package let interval: Duration

    package var names: [String] { selectors.map(\.description) }
}

/// What is known of a command's runtime, and how it is asked for collections.
package struct RuntimeSettings: Hashable, Sendable {
    package enum Collection: String, Hashable, Sendable, CaseIterable {
        case no = "false"
        /// By the runtime's own way.
        case yes = "true"
        case hangup = "SIGHUP"
        case user1 = "SIGUSR1"
        case user2 = "SIGUSR2"
    }

    /// `nil` for what is found.
    package let runtime: ProgramRuntime?
    /// Of Go's `net/http/pprof`.
    package let pprof: PodEndpoint?
    package let collection: Collection
    /// Wall time from one collection to the next.
    package let every: Duration

    /// Whether live heap is to be what collections left.
    package var readsHeap: Bool {
        pprof != nil || collection != .no || runtime == .go || runtime == .jvm
    }
}

extension Scenario {
    /// The part whose code the lab runs itself; `nil` if all variants are commands.
    package var withHandlersOnly: Scenario? {
        var scenario = self
        scenario.variants.removeAll { $0.command != nil }
        return scenario.variants.isEmpty ? nil : scenario
    }
}
