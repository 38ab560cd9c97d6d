import ArgumentParser
import LabCore
import LabEngine
import LabRecording
import LabReport
import LabScenario

/// Does something to a run that goes on in another process.
struct ActCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "act",
        abstract: "Do something to a run while it goes on: change its load, its pods or its world.",
        discussion: """
            Rates are in incident time, as in a scenario. What an act changes of the load and the world lasts until the next phase.
            Each act is recorded as a step or a phase of the run with its time, and appears in its report.

            \(Self.list)

            Example:
              \(Program.name) act latest scale per-event 4
              \(Program.name) act latest world 'database: down'
            """
    )

    @Argument(
        help: ArgumentHelp("The run's id, or its beginning, or “latest”.", valueName: "run"),
        completion: Completions.runs
    )
    var id: String

    @Argument(
        parsing: .remaining,
        help: ArgumentHelp("What to do, as listed above.", valueName: "act"),
        completion: .list(ActVerb.allCases.map(\.rawValue))
    )
    var words: [String] = []

    @OptionGroup(title: "Store") var store: StoreOptions

    /// Each act with what it does in the line below.
    private static var list: String {
        ActVerb.allCases.map { "  \($0.usage)\n      \($0.help)" }.joined(separator: "\n")
    }

    func run() async throws {
        let words = words.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
        _ = try RunAct.verb(of: words)
        let folder = try store.runs.folder(id)
        guard store.runs.goesOn(folder) else {
            throw LabError(
                "\(folder.id): the run does not go on",
                hint: "“\(Program.name) runs” lists them; one that is “recording” goes on.",
                exitStatus: .usage
            )
        }
        let done = try await ActMailbox(folder).send(words)
        let time = done.afterMilliseconds.map { " (in effect after \(Int($0.rounded())) ms)" } ?? ""
        try StandardOutput.write(VisibleText.line(done.done + time) + "\n")
    }
}
