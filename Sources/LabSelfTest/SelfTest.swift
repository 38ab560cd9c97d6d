import LabCluster
import LabCore
package import LabEngine
package import LabRecording
import Synchronization

/// Runs scenarios as processes, and holds each to what it is for: every suspect flagged, no control flagged.
package struct SelfTest: Sendable {
    private let plan: SelfTestPlan
    private let lanes: Lanes
    private let store: RunStore
    private let keepsRuns: Bool
    private let scratchRoot: String?
    private let results: SelfTestResults?
    private let progress: @Sendable (String) -> Void

    /// - Parameters:
    ///   - plan: what to run.
    ///   - lanes: how many runs go on at a time.
    ///   - store: where the runs are recorded.
    ///   - keepsRuns: recordings of runs that came out as expected are kept too; others always are.
    ///   - scratchRoot: folder for what the runs print meanwhile; `nil` for the best place on this machine.
    ///   - results: where finished runs are noted; those that stand there are not run again.
    ///   - progress: is told a line for each finished run, on any thread.
    package init(
        _ plan: SelfTestPlan,
        lanes: Lanes,
        store: RunStore,
        keepsRuns: Bool,
        scratchRoot: String?,
        results: SelfTestResults?,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.plan = plan
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
    /// - Returns: all results, those of earlier self-tests included; after a stop those that there are.
    /// - Throws: ``LabError`` if no process can be started, or the results not be written.
    package func run(stop: StopSwitch) async throws -> SelfTestReport {
        let books = SelfTestBooks(plan, results)
        let open = plan.runs.filter { !books.has($0) }
        if open.count < plan.runs.count {
            progress("\(plan.runs.count - open.count) results are there already")
        }
        let executable = try Executable.path()
        let scratch = try Scratch.make(
            run: RunID.make(now: WallTime.nanoseconds),
            root: scratchRoot,
            needing: .mebibytes(1)
        )
        defer { scratch.remove() }
        let start = ContinuousClock.now
        try await Guardian.watching(executable: executable) { guardian in
            for place in scratch.places { guardian.watch(folder: place) }
            let runs = RunChild(
                executable: executable,
                store: store,
                folder: scratch.path,
                guardian: guardian
            )
            let child = SelfTestChild(child: runs, keepsRuns: keepsRuns)
            try await self.work(on: open, child, books, stop)
        }
        return SelfTestReport(
            plan: plan,
            records: books.records,
            wallSeconds: (ContinuousClock.now - start).inSeconds,
            isInterrupted: stop.reason != nil
        )
    }

    private func work(
        on runs: [SelfTestRun],
        _ child: SelfTestChild,
        _ books: SelfTestBooks,
        _ stop: StopSwitch
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await stop.wait() }
            group.addTask {
                try await lanes.run(runs, isExclusive: \.subject.isExclusive) { run in
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
final class SelfTestBooks: Sendable {
    private let plan: SelfTestPlan
    private let results: SelfTestResults?
    private let kept: Mutex<[SelfTestRecord]>

    /// Begins with those of the plan's runs that have a result already.
    init(_ plan: SelfTestPlan, _ results: SelfTestResults?) {
        self.plan = plan
        self.results = results
        kept = Mutex(plan.runs.compactMap { run in results?.records.last { $0.isOf(run) } })
    }

    var records: [SelfTestRecord] { kept.withLock { $0 } }

    func has(_ run: SelfTestRun) -> Bool { records.contains { $0.isOf(run) } }

    /// - Returns: a line that says how it came out, such as `[ 3/50] two-leaks, seed 1: as expected (31 s)`.
    func add(_ record: SelfTestRecord) throws -> String {
        let count = try kept.withLock { records in
            try results?.append(record)
            records.append(record)
            return records.count
        }
        let total = String(plan.runs.count)
        let number = String(repeating: " ", count: total.count - String(count).count) + String(count)
        let outcome =
            record.isAsExpected
            ? "as expected" : "NOT AS EXPECTED: \(record.complaints.joined(separator: "; "))"
        let seconds = decimal(record.wallSeconds, places: 0)
        return "[\(number)/\(total)] \(record.scenario), seed \(record.seed): \(outcome) (\(seconds) s)"
    }
}
