import ArgumentParser
import Foundation
import LabCore
import LabRecording
import LabReport

/// Recorded runs.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List recorded runs, or remove some.",
        subcommands: [RunsListCommand.self, RunsRemoveCommand.self, RunsPruneCommand.self],
        defaultSubcommand: RunsListCommand.self
    )
}

struct RunsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List recorded runs, newest first."
    )

    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    var format = ListFormat.text

    @OptionGroup(title: "Output") var target: TargetOptions

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        switch format {
        case .text: try target.write(try text())
        case .json:
            try target.write(try JSONText.pretty(try store.runs.runs().map(ListedRun.init)))
        }
    }

    private func text() throws -> String {
        let rows = try store.runs.runs().map { run in
            [
                run.id, run.scenario.isEmpty ? "–" : run.scenario, run.state.word, run.duration?.text ?? "–",
                ByteCount(run.sizeOnDisk).description,
                run.verdicts.isEmpty
                    ? "–" : run.verdicts.map(Self.words).joined(separator: ", "),
            ]
        }
        return TextTable.listing(rows, header: ["RUN", "SCENARIO", "STATE", "DURATION", "SIZE", "VERDICTS"])
    }

    /// Such as `old-build leaking`; a leak is flagged in any case, other verdicts say so.
    private static func words(_ verdict: RunSummary.VariantVerdict) -> String {
        let isFlaggedBesides = verdict.flagged && verdict.verdict != .leaking
        return "\(verdict.name) \(verdict.verdict.rawValue)\(isFlaggedBesides ? " (flagged)" : "")"
    }
}

enum ListFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// A run as a list in JSON has it.
///
/// Keys may be added, never renamed; unknown is `null`.
struct ListedRun: Encodable {
    struct Variant: Encodable {
        var name: String
        var verdict: Verdict
        /// Leaking, or a finding beyond its limit.
        var flagged: Bool
    }

    var run: String
    var scenario: String
    /// `recording`, `finished`, `interrupted`, `failed`, `abandoned` or `unreadable`.
    var state: String
    @NullCoded var durationSeconds: Double?
    var sizeBytes: Int64
    /// Empty for a run that came to no result.
    var variants: [Variant]

    init(_ run: RunSummary) {
        self.run = run.id
        scenario = run.scenario
        state = run.state.word
        durationSeconds = run.duration?.inSeconds
        sizeBytes = run.sizeOnDisk
        variants = run.verdicts.map { Variant(name: $0.name, verdict: $0.verdict, flagged: $0.flagged) }
    }
}

struct RunsRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rm", abstract: "Remove recorded runs.")

    @Argument(
        help: ArgumentHelp("Ids of runs, or their beginnings, or “latest”.", valueName: "run"),
        completion: Completions.runs
    )
    var runs: [String]

    @Flag(help: "Remove runs that are still recorded, and unreadable ones, too.")
    var force = false

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        for id in try store.runs.remove(runs, force: force) { try StandardOutput.write("\(id)\n") }
    }
}

struct RunsPruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove old runs: those that neither --keep nor --older-than spares."
    )

    @Option(help: ArgumentHelp("Spare the newest so many.", valueName: "number"))
    var keep: Int?

    @Option(help: ArgumentHelp("Spare runs that are younger than this.", valueName: "duration"))
    var olderThan: String?

    @OptionGroup(title: "Store") var store: StoreOptions

    func validate() throws {
        guard keep != nil || olderThan != nil else {
            throw ValidationError("Name --keep, --older-than or both.")
        }
        if let keep, keep < 0 { throw ValidationError("--keep is a number from 0 on.") }
        if let olderThan, Duration(parsing: olderThan) == nil {
            throw ValidationError("“\(olderThan)” is no duration. Write 12h or 7d.")
        }
    }

    func run() throws {
        let now = Int64(Date().timeIntervalSince1970 * 1e9)
        let removed = try store.runs.prune(
            keep: keep,
            olderThan: olderThan.flatMap { Duration(parsing: $0) },
            now: now
        )
        for id in removed { try StandardOutput.write("\(id)\n") }
    }
}
