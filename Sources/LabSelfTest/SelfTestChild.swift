import Foundation
import LabCluster
import LabCore
import LabRecording

/// One run as a process: this program again with the subcommand `run`.
struct SelfTestChild: Sendable {
    let executable: String
    let store: RunStore
    /// Where the processes' outputs go.
    let folder: String
    /// Recordings of runs that came out as expected stay too.
    let keepsRuns: Bool
    let guardian: Guardian

    /// Runs it to its end; a cancellation ends it early, as Ctrl-C would.
    /// - Returns: `nil` if it was ended early.
    /// - Throws: ``LabError`` if the process cannot be started.
    func run(_ run: SelfTestRun) async throws -> SelfTestRecord? {
        guard !Task.isCancelled else { return nil }
        let log = "\(folder)/\(run.subject.name)-\(run.seed).log"
        let start = ContinuousClock.now
        let (end, pid) = try await process(run, log: log).run { guardian.watch(group: $0) }
        guardian.release(group: pid)
        let seconds = (ContinuousClock.now - start).inSeconds
        let output = TextFile.contents(of: log) ?? ""
        Folder.remove(log)
        let result = Self.result(in: output)
        let isOver = !Task.isCancelled
        let record = isOver ? record(of: run, result, end, output, seconds) : nil
        if let result, !keepsRuns, record?.isAsExpected ?? true { remove(result.run) }
        return record
    }

    /// A recording that somebody else has removed meanwhile is none to complain about.
    private func remove(_ run: String) {
        _ = try? store.remove([run])
    }

    private func process(_ run: SelfTestRun, log: String) -> ChildProcess {
        ChildProcess(
            executable: executable,
            arguments: run.arguments(store: store.directory),
            // The lab is tested, not somebody's broker.
            environment: ["LEAKLAB_BOOTSTRAP_SERVERS": ""],
            logPath: log
        )
    }

    private func record(
        of run: SelfTestRun,
        _ result: RunResult?,
        _ end: ChildProcess.End,
        _ output: String,
        _ seconds: Double
    ) -> SelfTestRecord {
        guard let result else {
            return SelfTestRecord(
                of: run,
                problem: Self.complaint(in: output) ?? "no result, exit status \(end.code)",
                exitStatus: end.code,
                wallSeconds: seconds
            )
        }
        let recording = try? store.open(result.run)
        return SelfTestRecord(
            of: run,
            result: result,
            exitStatus: end.code,
            wallSeconds: seconds,
            peakBytes: recording.flatMap(MemoryTotal.peak)
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
        let prefix = "leaklab: "
        return output.split(separator: "\n").last { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
    }
}
