import Foundation
import LabCluster
import LabCore

/// One run as a process: this program again with the subcommand `run`.
struct RunChild: Sendable {
    let executable: String
    /// Where the processes' outputs go.
    let folder: String
    let guardian: Guardian

    /// How a run ended.
    struct Outcome: Sendable {
        /// `nil` if it came to none.
        let result: RunResult?
        let exitStatus: Int32
        /// Why there is no result.
        let complaint: String
        /// From the start of the process to its end.
        let wallSeconds: Double
    }

    /// Runs it to its end; a cancellation ends it early, as Ctrl-C would.
    /// - Parameters:
    ///   - arguments: of the subcommand, which are to ask for JSON.
    ///   - name: for the file of its output; no two at a time have the same.
    /// - Returns: how it ended, with its result.
    /// - Throws: ``LabError`` if the process cannot be started.
    func run(_ arguments: [String], name: String) async throws -> Outcome {
        let log = "\(folder)/\(name).log"
        let start = ContinuousClock.now
        let process = ChildProcess(
            executable: executable,
            arguments: ["run"] + arguments,
            // A broker is named among the arguments or not at all.
            environment: ["LEAKLAB_BOOTSTRAP_SERVERS": ""],
            logPath: log
        )
        let (end, pid) = try await process.run { guardian.watch(group: $0) }
        guardian.release(group: pid)
        let seconds = (ContinuousClock.now - start).inSeconds
        let output = TextFile.contents(of: log) ?? ""
        Folder.remove(log)
        return Outcome(
            result: Self.result(in: output),
            exitStatus: end.code,
            complaint: Self.complaint(in: output) ?? "no result, exit status \(end.code)",
            wallSeconds: seconds
        )
    }

    /// The JSON document in what the process wrote, between whatever it said on standard error.
    static func result(in output: String) -> RunResult? {
        guard let start = output.firstIndex(of: "{"), let end = output.lastIndex(of: "}"), start < end else {
            return nil
        }
        return try? JSONDecoder().decode(RunResult.self, from: Data(output[start...end].utf8))
    }

    /// The clause with which the program says what went wrong.
    static func complaint(in output: String) -> String? {
        let prefix = "\(Program.name): "
        return output.split(separator: "\n").last { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
    }
}
