import Foundation
import LabCore

/// A page that a reader follows step by step: files to be written, commands to be typed, and what those say.
struct TutorialPage {
    enum Step: Equatable {
        /// A block after a line with the file's path, such as `` `Package.swift`: ``.
        case file(path: String, text: String)
        /// A block of `sh`, all lines of which are typed in one shell.
        case commands(String)
        /// A block of `text`: lines that the commands before it say, in this order, among others.
        case output([String])
    }

    let steps: [Step]

    /// - Throws: ``LabError`` for a block that is none of these.
    init(_ markdown: String) throws {
        var steps: [Step] = []
        var block: (language: String, path: String?, lines: [String])?
        var path: String?
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let open = block, line == "```" {
                steps.append(try Self.step(open.language, open.path, open.lines))
                (block, path) = (nil, nil)
            } else if block != nil {
                block?.lines.append(line)
            } else if line.hasPrefix("```") {
                block = (String(line.dropFirst(3)), path, [])
            } else if !line.isEmpty {
                path = line.firstMatch(of: /`([^`]+)`:/).map { String($0.1) }
            }
        }
        self.steps = steps
    }

    private static func step(_ language: String, _ path: String?, _ lines: [String]) throws -> Step {
        switch (language, path) {
        case ("sh", nil): return .commands(lines.joined(separator: "\n"))
        case ("text", nil): return .output(lines.filter { !$0.isEmpty })
        case (_, let path?): return .file(path: path, text: lines.joined(separator: "\n") + "\n")
        default: throw LabError("a block of “\(language)” says neither which file it is nor what to type")
        }
    }

    /// The files by their paths.
    var files: [String: String] {
        steps.reduce(into: [:]) { files, step in
            if case .file(let path, let text) = step { files[path] = text }
        }
    }
}

/// What a workflow of GitHub's runs, as far as it is commands.
struct WorkflowCommands {
    struct Command: Equatable {
        var line: String
        /// Beside which the checkouts lie.
        var folder = "."
    }

    let commands: [Command]

    init(_ workflow: String) {
        var commands: [Command] = []
        for line in workflow.split(separator: "\n").map({ $0.drop { $0 == " " } }) {
            if line.hasPrefix("- run: ") {
                commands.append(Command(line: String(line.dropFirst("- run: ".count))))
            } else if line.hasPrefix("working-directory: "), !commands.isEmpty {
                commands[commands.count - 1].folder = String(line.dropFirst("working-directory: ".count))
            }
        }
        self.commands = commands
    }
}
