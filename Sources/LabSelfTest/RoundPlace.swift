import LabCluster
import LabCore
import LabEngine

/// The folders of one run that is hit on purpose, and what is left of it.
struct RoundPlace: Sendable {
    /// By this variable of the environment everything that a round starts is known.
    private static let variable = "LEAKLAB_ROUND"
    /// A guardian needs a moment.
    private static let patience = Duration.seconds(2)

    let folder: String

    init(_ folder: String) { self.folder = folder }

    var store: String { "\(folder)/store" }
    var scratch: String { "\(folder)/scratch" }
    var log: String { "\(folder)/log" }

    /// Makes the folders, and writes the scenario down.
    /// - Returns: the path of the scenario.
    /// - Throws: ``LabError``.
    func prepare(_ scenario: String) throws -> String {
        for path in [store, scratch] { try Folder.make(path) }
        let path = "\(folder)/scenario.yaml"
        let error = TextFile.put(scenario, to: path, creating: true)
        guard error == 0 else { throw LabError("\(path): cannot be written: \(SystemError.words(error))") }
        return path
    }

    func remove() { Folder.remove(folder) }

    /// The program with these arguments, in these folders and with nobody's broker.
    func child(_ arguments: [String], _ workshop: RunSeries.Workshop) -> ChildProcess {
        var child = ChildProcess(
            executable: workshop.executable,
            arguments: arguments + ["--store", store],
            environment: workshop.scratch.mark.environment.merging([
                Scratch.variable: scratch, Self.variable: folder, "LEAKLAB_BOOTSTRAP_SERVERS": "",
            ]) { $1 },
            logPath: log
        )
        child.tie = .own
        return child
    }

    func processes() -> [RunTraces.Process] { RunTraces.processes(withEnvironment: Self.variable, folder) }

    /// What is there once everybody has had a moment.
    func left(run: String? = nil, port: Int? = nil) async -> [String] {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            if present(run: run, port: port).isEmpty { return [] }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return present(run: run, port: port)
    }

    /// Processes, places and the port that are there now, in words.
    /// - Parameters:
    ///   - run: one that may not be in the store.
    ///   - port: of the run's broker.
    /// - Returns: nothing where nothing is left.
    func present(run: String? = nil, port: Int? = nil) -> [String] {
        let living = processes().map { "process \($0.pid) (\($0.subcommand))" }
        let runs = Set(Folder.entries(of: store) + [run].compactMap(\.self))
        let isOpen = port.map { RunTraces.isListening(at: $0) == true } ?? false
        return living + RunTraces.places(ofRuns: runs, root: scratch) + (isOpen ? ["port \(port ?? 0)"] : [])
    }
}
