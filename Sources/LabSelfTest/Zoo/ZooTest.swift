import LabCluster
import LabCore
package import LabEngine
package import LabRecording
import Synchronization

/// Runs the zoo: behaviours of known truth, each as a process of its own, many at a time.
package struct ZooTest: Sendable {
    private let cells: [ZooCell]
    private let passes: [ZooPlan.Pass]
    private let version: String
    private let lanes: Int
    private let store: RunStore
    private let keepsRuns: Bool
    private let scratchRoot: String?
    private let results: ZooResults?
    private let progress: @Sendable (String) -> Void

    /// - Parameters:
    ///   - cells: to be run.
    ///   - passes: of each cell.
    ///   - version: of the program.
    ///   - lanes: how many light runs go on at a time; a heavy one takes several lanes.
    ///   - store: where the runs are recorded.
    ///   - keepsRuns: recordings of runs that came out right are kept too; others always are.
    ///   - scratchRoot: folder for programs, notes and outputs; `nil` for the best place on this machine.
    ///   - results: where finished runs are noted; those that stand there are not run again.
    ///   - progress: receives a line for each finished run, on any thread.
    package init(
        _ cells: [ZooCell],
        passes: [ZooPlan.Pass],
        version: String,
        lanes: Int,
        store: RunStore,
        keepsRuns: Bool,
        scratchRoot: String?,
        results: ZooResults?,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.cells = cells
        self.passes = passes
        self.version = version
        self.lanes = lanes
        self.store = store
        self.keepsRuns = keepsRuns
        self.scratchRoot = scratchRoot
        self.results = results
        self.progress = progress
    }

    /// Runs what is not in the results yet; `stop` ends everything early.
    ///
    /// If this process dies, a guardian ends the runs, and the guardian of each run what it has started.
    /// - Returns: all results, earlier ones included; after a stop those that there are.
    /// - Throws: ``LabError`` if no process can be started, or the results not be written.
    package func run(stop: StopSwitch) async throws -> ZooReport {
        let executable = try Executable.path()
        let scratch = try Scratch.make(
            run: RunID.make(now: WallTime.nanoseconds),
            root: scratchRoot,
            needing: .mebibytes(4)
        )
        defer { scratch.remove() }
        let start = ContinuousClock.now
        return try await Guardian.watching(executable: executable) { guardian in
            for place in scratch.places { guardian.watch(folder: place) }
            let programs = try await ZooPrograms.make(in: scratch.path, for: Set(cells.map(\.language)))
            let plan = ZooPlan(cells: cells, passes: passes, version: version, missing: programs.missing)
            for skipped in plan.skipped { progress("\(skipped.cell) is left out: \(skipped.because)") }
            let books = ZooBooks(plan, results)
            let runs = RunChild(
                executable: executable,
                store: store,
                folder: scratch.path,
                guardian: guardian
            )
            let child = ZooChild(child: runs, folder: scratch.path, programs: programs, keepsRuns: keepsRuns)
            try await work(on: books.open, child, books, stop)
            return ZooReport(
                plan: plan,
                records: books.records,
                wallSeconds: (ContinuousClock.now - start).inSeconds,
                isInterrupted: stop.reason != nil
            )
        }
    }

    private func work(
        on runs: [ZooRun],
        _ child: ZooChild,
        _ books: ZooBooks,
        _ stop: StopSwitch
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await stop.wait() }
            group.addTask {
                try await Lanes(lanes).run(runs, weight: \.cell.weight) { run in
                    guard let record = try await child.run(run) else { return }
                    progress(try books.add(record))
                }
            }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

/// The results so far.
final class ZooBooks: Sendable {
    private let plan: ZooPlan
    private let results: ZooResults?
    private let kept: Mutex<[ZooRecord]>

    /// Begins with those of the plan's runs that have a result already.
    init(_ plan: ZooPlan, _ results: ZooResults?) {
        self.plan = plan
        self.results = results
        kept = Mutex(plan.runs.compactMap { run in results?.records.last { $0.isOf(run) } })
    }

    var records: [ZooRecord] { kept.withLock { $0 } }

    /// The runs that have no result yet.
    var open: [ZooRun] {
        let records = records
        return plan.runs.filter { run in !records.contains { $0.isOf(run) } }
    }

    /// - Returns: a line that says how it came out, such as `[3/320] c-malloc-2000, 90 s, seed 1: right, leaking (104 s)`.
    func add(_ record: ZooRecord) throws -> String {
        let count = try kept.withLock { records in
            try results?.append(record)
            records.append(record)
            return records.count
        }
        return "[\(count)/\(plan.runs.count)] \(record.account) (\(decimal(record.wallSeconds, places: 0)) s)"
    }
}
