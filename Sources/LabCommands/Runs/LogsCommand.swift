import ArgumentParser
import LabCluster
import LabCore
import LabRecording
import LabReport

/// Prints what a pod of a run wrote.
struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print the output of a pod, the producer or the broker of a run.",
        discussion: """
            Example:
              \(Program.name) logs latest per-event-0
            """
    )

    @Argument(
        help: ArgumentHelp("The run's id, or its beginning, or “latest”.", valueName: "run"),
        completion: Completions.runs
    )
    var id: String

    @Argument(help: ArgumentHelp("The pod; without one, the names of all that have logs.", valueName: "pod"))
    var pod: String?

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        let folder = try store.runs.folder(id)
        guard let pod else {
            for name in folder.podsWithLogs() { try StandardOutput.write(VisibleText.line(name) + "\n") }
            return
        }
        let path = try folder.logPath(pod: pod)
        guard let written = StandardOutput.isTerminal ? shown(path) : copied(path) else {
            throw LabError(
                "\(folder.id): “\(pod)” has no log",
                hint: "Logs: \(folder.podsWithLogs().joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        try written.get()
    }

    /// Prints the file byte by byte, as it was written, as far as that is possible; `nil` if it cannot be read.
    private func copied(_ path: String) -> Result<Void, LabError>? {
        pieces(of: path) { piece throws(LabError) in try StandardOutput.write(piece) }
    }

    /// The same without what would act on the terminal: the pod's output is anybody's text.
    private func shown(_ path: String) -> Result<Void, LabError>? {
        var text = VisibleStream()
        let written = pieces(of: path) { piece throws(LabError) in try StandardOutput.write(text.take(piece))
        }
        guard case .success? = written else { return written }
        return Result { () throws(LabError) in try StandardOutput.write(text.end()) }
    }

    private func pieces(
        of path: String,
        _ print: (ArraySlice<UInt8>) throws(LabError) -> Void
    ) -> Result<Void, LabError>? {
        var written = Result<Void, LabError>.success(())
        let isRead = TextFile.forEachPiece(of: path) { piece in
            guard case .success = written else { return }
            do throws(LabError) { try print(piece) } catch { written = .failure(error) }
        }
        return isRead ? written : nil
    }
}
