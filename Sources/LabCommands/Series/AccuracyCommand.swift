import ArgumentParser
import LabCore

/// Measures how often verdicts are right.
struct AccuracyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accuracy",
        abstract: "Measure on this machine how often verdicts are right, and how small a leak they see.",
        discussion: """
            Both kinds take hours; with --results the same command goes on where it was ended.

            Examples:
              \(Program.name) accuracy --results accuracy.jsonl --format markdown
              \(Program.name) accuracy zoo --results zoo.jsonl --format markdown
            """,
        subcommands: [AccuracyStudiesCommand.self, ZooCommand.self],
        defaultSubcommand: AccuracyStudiesCommand.self
    )
}
