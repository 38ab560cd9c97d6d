import LabAnalysis
import LabCluster
import LabCore
package import LabEngine
package import LabRecording
import Synchronization

/// Measures how often verdicts are right: runs with leaks of known size, and with none, many of each.
package struct AccuracyTest: Sendable {
    private let subjects: [AccuracySubject]
    private let store: RunStore
    private let keepsRuns: Bool
    private let scratchRoot: String?
    private let results: AccuracyResults?
    private let progress: @Sendable (String) -> Void

    /// - Parameters:
    ///   - subjects: one study after the other.
    ///   - store: where the runs are recorded.
    ///   - keepsRuns: recordings of runs that came out as they should are kept too; others always are.
    ///   - scratchRoot: folder for what the runs print meanwhile; `nil` for the best place on this machine.
    ///   - results: where finished runs are noted; those that stand there are not run again.
    ///   - progress: is told a line for each finished run, on any thread.
    package init(
        _ subjects: [AccuracySubject],
        store: RunStore,
        keepsRuns: Bool,
        scratchRoot: String?,
        results: AccuracyResults?,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.subjects = subjects
        self.store = store
        self.keepsRuns = keepsRuns
        self.scratchRoot = scratchRoot
        self.results = results
        self.progress = progress
    }

    /// Runs what is not in the results yet; `stop` ends everything early.
    ///
    /// All runs of a study use one broker, each lane with topics of its own. If this process dies, a guardian ends the
    /// runs and the broker.
    /// - Returns: all results, earlier ones included; after a stop those that there are.
    /// - Throws: ``LabError`` if no process can be started, or the results not be written.
    package func run(stop: StopSwitch) async throws -> AccuracyReport {
        let books = AccuracyBooks(results)
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
            let child = RunChild(
                executable: executable,
                store: store,
                folder: scratch.path,
                guardian: guardian
            )
            for subject in subjects where stop.reason == nil {
                let seeds = subject.openSeeds(books.records)
                guard !seeds.isEmpty else { continue }
                let settings = EmbeddedBroker.Settings(
                    executable: executable,
                    topics: subject.topics,
                    partitions: subject.partitions,
                    announcement: scratch.file("\(subject.study.name).broker"),
                    log: scratch.file("\(subject.study.name).broker.log")
                )
                try await EmbeddedBroker.beside(settings, guardian: guardian, stop: stop) { words in
                    progress("\(subject.study.name): \(words)")
                    stop.stop(.invalid)
                } _: { broker in
                    try await work(on: seeds, of: subject, at: broker.bootstrapServers, child, books, stop)
                }
            }
        }
        if stop.reason == .invalid {
            throw LabError(
                "accuracy: the broker ended",
                hint: "With --results the same command goes on from here."
            )
        }
        return AccuracyReport(
            subjects: subjects,
            records: books.records,
            wallSeconds: (ContinuousClock.now - start).inSeconds,
            isInterrupted: stop.reason != nil
        )
    }

    private func work(
        on seeds: [UInt64],
        of subject: AccuracySubject,
        at servers: String,
        _ child: RunChild,
        _ books: AccuracyBooks,
        _ stop: StopSwitch
    ) async throws {
        let free = FreeLanes(subject.lanes)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await stop.wait() }
            group.addTask {
                try await Lanes(subject.lanes).run(seeds, isExclusive: { _ in false }) { seed in
                    let lane = free.take()
                    defer { free.giveBack(lane) }
                    let end = try await child.run(
                        subject.arguments(seed: seed, lane: lane, servers: servers),
                        name: "\(subject.study.name)-\(seed)"
                    )
                    guard let end, !end.isCancelled else { return }
                    let record = record(of: subject, seed: seed, end, child)
                    progress(try books.add(record, of: subject))
                    if !keepsRuns, let run = record.run, subject.study.isAsExpected(record) {
                        child.remove(run)
                    }
                }
            }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func record(
        of subject: AccuracySubject,
        seed: UInt64,
        _ end: RunChild.Ending,
        _ child: RunChild
    ) -> AccuracyRecord {
        guard let result = end.result else {
            return AccuracyRecord(
                of: subject,
                seed: seed,
                problem: end.complaint ?? "no result, exit status \(end.exitStatus)",
                wallSeconds: end.wallSeconds
            )
        }
        let recording = subject.study.compares ? child.recording(of: result.run) : nil
        return AccuracyRecord(
            of: subject,
            seed: seed,
            result: result,
            measures: recording.map { RunMeasures(of: $0, result: result) },
            wallSeconds: end.wallSeconds
        )
    }
}

/// Which of the lanes nobody uses.
private final class FreeLanes: Sendable {
    private let free: Mutex<[Int]>

    init(_ count: Int) { free = Mutex(Array((0..<count).reversed())) }

    /// As many are in use as there are workers, so there is always one.
    func take() -> Int { free.withLock { $0.popLast() ?? 0 } }
    func giveBack(_ lane: Int) { free.withLock { $0.append(lane) } }
}

/// The results so far.
private final class AccuracyBooks: Sendable {
    private let results: AccuracyResults?
    private let kept: Mutex<[AccuracyRecord]>

    init(_ results: AccuracyResults?) {
        self.results = results
        kept = Mutex(results?.records ?? [])
    }

    var records: [AccuracyRecord] { kept.withLock { $0 } }

    /// - Returns: a line that says how it came out, such as `heap-80 [ 3/60] seed 4: leaking by heap, rss (75 s)`.
    func add(_ record: AccuracyRecord, of subject: AccuracySubject) throws -> String {
        let count = try kept.withLock { records in
            try results?.append(record)
            records.append(record)
            return records.count { $0.isOf(subject) }
        }
        let seconds = decimal(record.wallSeconds, places: 0)
        return
            "\(record.study) [\(count)/\(subject.runs)] seed \(record.seed): \(record.account) (\(seconds) s)"
    }
}

extension AccuracyRecord {
    /// What the verdict on the suspect was, and by which signs.
    fileprivate var account: String {
        guard let suspect else { return problem ?? "no suspect" }
        let signs = suspect.leaking.isEmpty ? "" : " by \(suspect.leaking.joined(separator: ", "))"
        let control = control?.verdict == .leaking ? "; THE CONTROL IS CALLED LEAKING" : ""
        return suspect.verdict.rawValue + signs + control
    }
}
