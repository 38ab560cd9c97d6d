import LabCore
import LabEngine

/// One run of a self-test as a process.
struct SelfTestChild: Sendable {
    let child: RunChild
    /// Recordings of runs that came out as expected stay too.
    let keepsRuns: Bool

    /// The lab is tested, not somebody's broker.
    private static let environment = ["LEAKLAB_BOOTSTRAP_SERVERS": ""]

    /// Runs it to its end; a cancellation ends it early, as Ctrl-C would.
    /// - Returns: `nil` if it was ended early.
    /// - Throws: ``LabError`` if the process cannot be started.
    func run(_ run: SelfTestRun) async throws -> SelfTestRecord? {
        let name = "\(run.subject.name)-\(run.seed)"
        guard let end = try await child.run(run.arguments, name: name, environment: Self.environment) else {
            return nil
        }
        let record = end.isCancelled ? nil : record(of: run, end)
        if let result = end.result, !keepsRuns, record?.isAsExpected ?? true { child.remove(result.run) }
        return record
    }

    private func record(of run: SelfTestRun, _ end: RunChild.Ending) -> SelfTestRecord {
        guard let result = end.result else {
            return SelfTestRecord(
                of: run,
                problem: end.complaint ?? "no result, exit status \(end.exitStatus)",
                exitStatus: end.exitStatus,
                wallSeconds: end.wallSeconds
            )
        }
        return SelfTestRecord(
            of: run,
            result: result,
            exitStatus: end.exitStatus,
            wallSeconds: end.wallSeconds,
            peakBytes: child.recording(of: result.run).flatMap(MemoryTotal.peak)
        )
    }
}
