import ArgumentParser
import Foundation
import LabTesting
import Testing

@testable import LabCommands

/// One command, as the argument parser describes it to tools.
struct DescribedCommand: Decodable, Sendable, CustomTestStringConvertible {
    struct Argument: Decodable, Sendable {
        var kind: String
        var shouldDisplay: Bool
        var valueName: String?
        var abstract: String?
        var names: [Name]?
    }

    struct Name: Decodable, Sendable {
        var name: String
    }

    var commandName: String
    var abstract: String?
    var shouldDisplay: Bool?
    var superCommands: [String]?
    var subcommands: [DescribedCommand]?
    var arguments: [Argument]?

    var path: [String] { (superCommands ?? []) + [commandName] }
    var testDescription: String { path.joined(separator: " ") }

    /// This command and all below it that people can see.
    var visible: [DescribedCommand] {
        guard shouldDisplay ?? true, commandName != "help" else { return [] }
        return [self] + (subcommands ?? []).flatMap(\.visible)
    }

    /// The whole program.
    static func tree() throws -> DescribedCommand {
        struct Tool: Decodable {
            var command: DescribedCommand
        }
        return try JSONDecoder().decode(Tool.self, from: Data(LeakLabCommand._dumpHelp().utf8)).command
    }

    static let all = (try? tree().visible) ?? []
}

@Suite("Every command")
struct CommandTreeTests {
    @Test("of the contract is there")
    func verbs() {
        let verbs = Set(DescribedCommand.all.map(\.commandName))
        for verb in [
            "run", "check", "incidents", "runs", "logs", "report", "compare", "export", "produce", "consume",
            "broker",
            "doctor", "selftest", "bench", "scenarios", "show", "init",
        ] {
            #expect(verbs.contains(verb))
        }
        for hidden in ["pod", "producer", "guardian", "launch"] { #expect(!verbs.contains(hidden)) }
    }

    @Test("says in a sentence what it does", arguments: DescribedCommand.all)
    func abstracts(command: DescribedCommand) throws {
        let abstract = try #require(command.abstract)
        #expect(abstract.hasSuffix("."), "\(abstract)")
        #expect(abstract.first?.isUppercase == true)
    }

    @Test("explains each of its arguments, and names its value", arguments: DescribedCommand.all)
    func arguments(command: DescribedCommand) throws {
        for argument in command.arguments ?? [] where argument.shouldDisplay {
            let name = argument.names?.first?.name ?? argument.valueName ?? "unnamed"
            guard !["help", "version", "h"].contains(name) else { continue }
            let help = try #require(argument.abstract, "\(name) has no help")
            #expect(help.hasSuffix("."), "\(name): \(help)")
            if argument.kind != "flag" {
                #expect(argument.valueName?.isEmpty == false, "\(name) takes a value without a name")
            }
        }
    }

    @Test("has the help text that was accepted", arguments: DescribedCommand.all)
    func goldenHelp(command: DescribedCommand) throws {
        let name = command.path.joined(separator: "-")
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden/help/\(name).txt").path
        #expect(throws: Never.self) { try Golden.expect(try Self.help(command), at: path) }
    }

    /// As `--help` prints it on a terminal of 80 columns.
    private static func help(_ command: DescribedCommand) throws -> String {
        var type: any ParsableCommand.Type = LeakLabCommand.self
        for name in command.path.dropFirst() {
            type = try #require(type.configuration.everySubcommand.first { $0._commandName == name })
        }
        return LeakLabCommand.helpMessage(for: type, columns: 80) + "\n"
    }
}

extension CommandConfiguration {
    fileprivate var everySubcommand: [any ParsableCommand.Type] {
        subcommands + groupedSubcommands.flatMap(\.subcommands)
    }
}
