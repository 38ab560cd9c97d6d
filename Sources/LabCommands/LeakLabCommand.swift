package import ArgumentParser
import Foundation
import Kafka
package import LabCore
import LabEngine
import LabReport
import LabScenario

/// The command line: one file per verb.
package struct LeakLabCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: Program.name,
        abstract:
            "Reproduce incidents of Kafka consumers, and find the variant that leaks.",
        discussion: """
            Example:
              \(Program.name) run service-per-event

            Exit status: \(ExitStatus.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ")).
            """,
        version: LeakLabVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Incidents",
                subcommands: [
                    RunCommand.self, ActCommand.self, BenchCommand.self, CheckCommand.self,
                    IncidentsCommand.self,
                    ScenariosCommand.self, ShowCommand.self, InitCommand.self,
                ]
            ),
            CommandGroup(
                name: "Recorded runs",
                subcommands: [
                    RunsCommand.self, ReportCommand.self, ServeCommand.self, CompareCommand.self,
                    ProfileCommand.self, LogsCommand.self, ExportCommand.self,
                ]
            ),
            CommandGroup(
                name: "Single parts",
                subcommands: [ProduceCommand.self, ConsumeCommand.self, BrokerCommand.self]
            ),
            CommandGroup(
                name: "This machine",
                subcommands: [DoctorCommand.self, SelfTestCommand.self, AccuracyCommand.self]
            ),
            CommandGroup(
                name: "The lab's own children",
                subcommands: [
                    PodCommand.self, CompanionCommand.self, ProducerCommand.self, LaunchCommand.self,
                    GuardianCommand.self,
                    RehearseCommand.self, FuzzCommand.self, FuzzTargetCommand.self,
                ]
            ),
        ]
    )

    package init() {}

    /// Parses the program's arguments, runs the command and ends the process with the exit status of the contract.
    package static func runAsProgram() async -> Never {
        ParentTie.make()
        Crashes.makeCheap()
        // A guardian or a reader of the output that is gone must not take the lab with it.
        signal(SIGPIPE, SIG_IGN)
        if let error = unknownCommand(in: Array(CommandLine.arguments.dropFirst())) { fail(error) }
        do {
            try await execute()
        } catch let error as any ActionableError {
            fail(error)
        } catch let error as KafkaError {
            fail(LabError(error))
        } catch {
            end(with: error)
        }
        Foundation.exit(ExitStatus.success.rawValue)
    }

    /// Parses arguments, those of the program unless others are given, and runs the command.
    /// - Throws: what parsing and the command throw.
    static func execute(_ arguments: [String]? = nil) async throws {
        var command = try parseAsRoot(arguments)
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }

    /// What is wrong with a first argument that is no command; `nil` if it is one, or an option.
    static func unknownCommand(in arguments: [String]) -> LabError? {
        var known = ["help"]
        var visible = ["help"]
        for command in configuration.groupedSubcommands.flatMap({ $0.subcommands }) {
            known.append(command._commandName)
            if command.configuration.shouldDisplay { visible.append(command._commandName) }
        }
        guard let first = arguments.first, !first.hasPrefix("-"), !known.contains(first) else { return nil }
        return LabError(
            "there is no command “\(first)”",
            hint: didYouMean(first, among: visible) + "“\(Program.name) --help” lists all commands.",
            exitStatus: .usage
        )
    }

    /// Ends the process as the parser asks for: prints help, the version, or what is wrong with the arguments.
    static func end(with error: any Error) -> Never {
        let status = exitCode(for: error)
        let text = VisibleText.block(fullMessage(for: error))
        guard status.isSuccess, !text.isEmpty else {
            if !text.isEmpty { StandardError.write(text + "\n") }
            Foundation.exit(status.rawValue)
        }
        do throws(LabError) { try StandardOutput.write(text + "\n") } catch { fail(error) }
        Foundation.exit(ExitStatus.success.rawValue)
    }

    /// Says what went wrong and ends the process with the error's exit status.
    package static func fail(_ error: any ActionableError) -> Never {
        Complaint.write(error)
        Foundation.exit(error.exitStatus.rawValue)
    }
}

/// The version that `--version` and a run's record name.
package enum LeakLabVersion {
    package static let current = "0.1.0"
}
