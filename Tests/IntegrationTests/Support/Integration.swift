import Foundation
import LabCore
import LabTesting
import Testing

/// The whole program as a process: real brokers, pods and kills.
///
/// They share the machine's cores and judge by rates: one test at a time, or two that mostly wait.
@Suite(.takingTurns)
enum Integration {}

extension Tag {
    /// Talks to a broker that the lab did not start.
    @Tag static var broker: Self
    /// Mostly waits, so that another such test may run beside it.
    @Tag static var waiting: Self
    /// Needs a memory cgroup.
    @Tag static var cgroup: Self
    /// Takes more than a minute.
    @Tag static var slow: Self
}

/// The reference incident in seconds instead of minutes.
enum ShortScenario {
    static let phases = "[{name: peak, duration: 7s, rate: 2000/s}]"

    static let threeVariants = """
          - {name: per-event}
          - {name: per-event-stopped}
          - {name: singleton, control: true}
        """

    static let twoVariants = """
          - {name: per-event}
          - {name: singleton, control: true}
        """

    static func text(
        phases: String = phases,
        variants: String = threeVariants,
        more: String = ""
    ) -> String {
        """
        title: A service constructed for every event
        incident: service-per-event
        workload:
          topic: player-features
          partitions: 4
          phases: \(phases)
        verdict: {warmUp: 1s, hold: 500ms, oomLimit: 512MiB, bytesPerEvent: 256}
        variants:
        \(variants)
        \(more)
        """
    }
}

extension LabFixture {
    /// Writes a scenario.
    /// - Returns: its path.
    func scenario(_ text: String = ShortScenario.text()) throws -> String {
        try write(text, to: "scenario.yaml")
    }
}

extension ProgramEnd {
    /// The document on standard output.
    func result() throws -> RunResult { try JSONDecoder().decode(RunResult.self, from: Data(output.utf8)) }

    /// For messages of failed expectations.
    var account: String { "exit status \(status) after \(duration)\n\(errors)\n\(output.prefix(4_000))" }
}

extension RunResult {
    func variant(_ name: String) throws -> VariantResult {
        try #require(variants.first { $0.name == name }, "there is no variant \(name)")
    }
}
