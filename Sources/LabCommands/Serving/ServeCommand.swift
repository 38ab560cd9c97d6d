import ArgumentParser
import Foundation
import LabCluster
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

            With --demo the carried incidents play by themselves, in their quick forms, one after another. Ctrl-C ends it.

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

    @Flag(help: "Play the carried incidents one after another, and keep none of the runs.")
    var demo = false

    @OptionGroup(title: "Page") var page: PortOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    func validate() throws {
        guard !demo || (id == nil && store.store == nil) else {
            throw ValidationError("--demo plays runs of its own: leave out the run and --store.")
        }
    }

    func run() async throws {
        if demo { return try await demonstrate() }
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

    /// Plays runs whose recordings go with it.
    private func demonstrate() async throws {
        DeadLabs.clear(root: Scratch.namedRoot)
        let folder = "\(TemporaryFolder.path)/leaklab-demo-\(ProcessInfo.processInfo.processIdentifier)"
        try Folder.make(folder, isPrivate: true)
        defer { Folder.remove(folder) }
        let (stage, stop) = (LiveStage(), StopSwitch())
        let runs = ServedRuns(store: RunStore(directory: folder), live: stage)
        try await Interruption.watching(stop, ends: "the demonstration") { [page] in
            try await PageServer.serving(port: page.port, runs) { server in
                let address = server.address(of: "live")
                let line = PortOptions.announcement(address, wanted: page.port, got: server.port)
                try StandardOutput.write(line + "\n")
                await Demonstration(store: runs.store, stage: stage).play(until: stop)
            }
        }
    }
}
