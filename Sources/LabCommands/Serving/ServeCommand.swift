import ArgumentParser
import LabCore
import LabEngine
import LabRecording
import LabServe

/// Shows runs as a page.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Show runs on a page in the browser: live, at their end, and played again.",
        discussion: """
            The page is on 127.0.0.1 alone and loads nothing from elsewhere. It lists the runs of the store, follows \
            those that go on, and replays those that have ended. “\(Program.name) run --serve” shows its own run.

            Ctrl-C ends it.

            Example:
              \(Program.name) serve latest
              \(Program.name) serve --port 8080
            """
    )

    @Argument(
        help: ArgumentHelp("The run to open; its id, or its beginning, or “latest”.", valueName: "run"),
        completion: Completions.runs
    )
    var id: String?

    @OptionGroup(title: "Page") var page: PortOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    func run() async throws {
        let run = try id.map { try store.runs.folder($0).id }
        let runs = ServedRuns(store: store.runs)
        let stop = StopSwitch()
        try await Interruption.watching(stop, ends: "the page") { [page] in
            try await PageServer.serving(port: page.port, runs) { server in
                try StandardOutput.write(
                    PortOptions.announcement(
                        server.address(of: run),
                        wanted: page.port,
                        got: server.port
                    ) + "\n"
                )
                await stop.wait()
            }
        }
    }
}
