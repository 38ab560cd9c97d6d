import Foundation
package import LabCluster
package import LabCore
package import LabRecording

/// `leaklab run` as a process of its own, so that what it does to memory and processes ends with it.
package struct RunChild: Sendable {
    /// How a process came out.
    package struct Ending: Sendable {
        /// `nil` if it printed none.
        package let result: RunResult?
        package let exitStatus: Int32
        /// The clause with which the program said what went wrong; `nil` if it said nothing.
        package let complaint: String?
        package let wallSeconds: Double
        /// It was ended before its time.
        package let isCancelled: Bool
    }

    private let executable: String
    private let store: RunStore
    private let folder: String
    private let guardian: Guardian
    private let mark: RunMark

    /// - Parameters:
    ///   - executable: this program.
    ///   - store: where the runs are recorded; passed on to the processes.
    ///   - folder: where their outputs go meanwhile.
    ///   - guardian: ends them should this process die.
    ///   - mark: of the series.
    package init(executable: String, store: RunStore, folder: String, guardian: Guardian, mark: RunMark) {
        self.executable = executable
        self.store = store
        self.folder = folder
        self.guardian = guardian
        self.mark = mark
    }

    /// Runs it to its end; a cancellation ends it early, as Ctrl-C would.
    ///
    /// - Parameters:
    ///   - arguments: after `run`, without format, verbosity and store.
    ///   - name: of its output's file; unique among those that run at a time.
    ///   - environment: over that of this process.
    /// - Returns: `nil` if it was cancelled before it began.
    /// - Throws: ``LabError`` if the process cannot be started.
    package func run(
        _ arguments: [String],
        name: String,
        environment: [String: String] = [:]
    ) async throws -> Ending? {
        guard !Task.isCancelled else { return nil }
        let log = "\(folder)/\(name).log"
        let start = ContinuousClock.now
        var child = ChildProcess(
            executable: executable,
            arguments: Self.commandLine(arguments, store: store.directory),
            environment: environment.merging(mark.environment) { $1 },
            logPath: log
        )
        child.tie = .own
        let (end, pid) = try await child.run { guardian.watch(group: $0) }
        guardian.release(group: pid)
        let output = TextFile.contents(of: log) ?? ""
        Folder.remove(log)
        return Ending(
            result: Self.result(in: output),
            exitStatus: end.code,
            complaint: Self.complaint(in: output),
            wallSeconds: (ContinuousClock.now - start).inSeconds,
            isCancelled: Task.isCancelled
        )
    }

    /// What was recorded; `nil` if it cannot be read.
    package func recording(of run: String) -> RecordedRun? { try? store.open(run) }

    /// Removes a recording; one that somebody else has removed meanwhile is none to complain about.
    package func remove(_ run: String) {
        _ = try? store.remove([run])
    }

    package static func commandLine(_ arguments: [String], store: String) -> [String] {
        ["run"] + arguments + ["--format", "json", "--quiet", "--store", store]
    }

    /// The JSON document in what the process wrote, between whatever it said on standard error.
    package static func result(in output: String) -> RunResult? {
        guard let start = output.firstIndex(of: "{"), let end = output.lastIndex(of: "}"), start < end else {
            return nil
        }
        return try? JSONDecoder().decode(RunResult.self, from: Data(output[start...end].utf8))
    }

    /// The clause with which the program says what went wrong.
    package static func complaint(in output: String) -> String? {
        let prefix = "\(Program.name): "
        return output.split(separator: "\n").last { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
    }
}
