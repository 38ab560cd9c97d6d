import LabCluster
import LabCore
import LabEngine

/// One run of the zoo as a process.
struct ZooChild: Sendable {
    let child: RunChild
    /// Of scenarios and notes.
    let folder: String
    let programs: ZooPrograms
    /// Recordings of runs that came out right stay too.
    let keepsRuns: Bool

    /// The lab is tested, not somebody's broker.
    private static let environment = ["LEAKLAB_BOOTSTRAP_SERVERS": ""]

    /// Runs it to its end; a cancellation ends it early, as Ctrl-C would.
    /// - Returns: `nil` if it was ended early.
    /// - Throws: ``LabError`` if the process cannot be started, or its scenario not be written.
    func run(_ run: ZooRun) async throws -> ZooRecord? {
        let notes = "\(folder)/\(run.name).truth"
        let scenario = "\(folder)/\(run.name).yaml"
        try Folder.make(notes)
        defer { for path in [notes, scenario] { Folder.remove(path) } }
        let places = ZooScenario.Places(python: programs.python, c: programs.c, truth: notes)
        let text = ZooScenario(run.cell, length: run.length).text(places)
        let error = TextFile.put(text, to: scenario, creating: true)
        guard error == 0 else {
            throw LabError("\(scenario): cannot be written: \(SystemError.words(error))")
        }
        let arguments = [scenario, "--seed", String(run.seed)]
        let end = try await child.run(arguments, name: run.name, environment: Self.environment)
        guard let end, !end.isCancelled else { return nil }
        let record = record(of: run, end, notes: notes)
        if let id = record.run, !keepsRuns, record.outcome == .right { child.remove(id) }
        return record
    }

    private func record(of run: ZooRun, _ end: RunChild.Ending, notes: String) -> ZooRecord {
        guard let result = end.result else {
            return ZooRecord(
                of: run,
                problem: end.complaint ?? "no result, exit status \(end.exitStatus)",
                exitStatus: end.exitStatus,
                wallSeconds: end.wallSeconds
            )
        }
        return ZooRecord(
            of: run,
            result: result,
            truth: ZooRecord.Truth(of: run.cell, result, notes: notes),
            exitStatus: end.exitStatus,
            wallSeconds: end.wallSeconds
        )
    }
}
