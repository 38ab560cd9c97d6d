import LabCore
import LabRecording

/// One run of a self-test.
struct SelfTestChild: Sendable {
    let child: RunChild
    let store: RunStore
    /// Recordings of runs that came out as expected stay too.
    let keepsRuns: Bool

    /// Runs it to its end; a cancellation ends it early, as Ctrl-C would.
    /// - Returns: `nil` if it was ended early.
    /// - Throws: ``LabError`` if the process cannot be started.
    func run(_ run: SelfTestRun) async throws -> SelfTestRecord? {
        guard !Task.isCancelled else { return nil }
        let outcome = try await child.run(
            run.arguments(store: store.directory),
            name: "\(run.subject.name)-\(run.seed)"
        )
        let record = Task.isCancelled ? nil : record(of: run, outcome)
        if let result = outcome.result, !keepsRuns, record?.isAsExpected ?? true { remove(result.run) }
        return record
    }

    /// A recording that somebody else has removed meanwhile is none to complain about.
    private func remove(_ run: String) {
        _ = try? store.remove([run])
    }

    private func record(of run: SelfTestRun, _ outcome: RunChild.Outcome) -> SelfTestRecord {
        guard let result = outcome.result else {
            return SelfTestRecord(
                of: run,
                problem: outcome.complaint,
                exitStatus: outcome.exitStatus,
                wallSeconds: outcome.wallSeconds
            )
        }
        let recording = try? store.open(result.run)
        return SelfTestRecord(
            of: run,
            result: result,
            exitStatus: outcome.exitStatus,
            wallSeconds: outcome.wallSeconds,
            peakBytes: recording.flatMap(MemoryTotal.peak)
        )
    }
}
