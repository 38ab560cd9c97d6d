import Foundation
import GRDB
import LabCore
import LabTelemetry
import Synchronization

/// Writes what was recorded into the run's file, on a thread of its own: one transaction for each interval, or
/// sooner if much is waiting.
///
/// Callers only ever append to a queue, under a lock that is never held during a write. The first write that fails
/// ends the recording: ``failure`` says why, and what is recorded afterwards is ignored.
final class RunWriter: Sendable {
    private struct State: Sendable {
        var pending: PendingRecords
        /// Callers that wait until what they recorded is in the file.
        var waiting: [CheckedContinuation<Void, Never>] = []
        var conclusion: Conclusion?
        /// Nothing is recorded any more.
        var isClosed = false
        /// The thread shall end.
        var isEnding = false
        var failure: LabError?

        mutating func take() -> Work {
            defer { waiting = [] }
            let batch = pending.take()
            return Work(
                batch: failure == nil ? batch : PendingRecords.Batch(),
                waiting: waiting,
                isLast: isEnding
            )
        }

        mutating func putBack(_ work: Work) {
            pending.putBack(work.batch)
            waiting += work.waiting
        }
    }

    private struct Conclusion: Sendable {
        var state: RunState
        var result: RunResult?
    }

    private struct Work: Sendable {
        var batch: PendingRecords.Batch
        var waiting: [CheckedContinuation<Void, Never>]
        var isLast: Bool
    }

    private let database: DatabaseQueue
    private let path: String
    private let interval: Duration
    private let state: Mutex<State>
    private let thread: PeriodicThread

    init(database: DatabaseQueue, path: String, options: RecorderOptions) {
        self.database = database
        self.path = path
        interval = options.flushInterval
        thread = PeriodicThread("recorder", every: interval)
        state = Mutex(
            State(pending: PendingRecords(capacity: options.queueCapacity, batchSize: options.batchSize))
        )
    }

    var failure: LabError? { state.withLock { $0.failure } }

    /// Starts the thread, which lives until the recording is concluded or closed.
    func start() {
        thread.start { [self] thread in
            repeat { _ = thread.rest(for: interval) } while !turn()
        }
    }

    /// Appends to the queue unless nothing is recorded any more.
    ///
    /// `body` returns whether the writer should not wait for the end of its interval.
    func record(_ body: (inout PendingRecords) -> Bool) {
        let isUrgent = state.withLock { !$0.isClosed && body(&$0.pending) }
        if isUrgent { thread.wake() }
    }

    /// Finds or adds a subject; its number is valid, if useless, even when nothing is recorded any more.
    func subject(_ body: (inout PendingRecords) -> Int64) -> Int64 {
        state.withLock { body(&$0.pending) }
    }

    /// Returns when everything recorded before the call is in the file, or never will be.
    func untilWritten() async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.waiting.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    /// Writes what waits, then the conclusion, and ends the thread.
    ///
    /// Later calls only say whether there was a failure so far.
    func conclude(_ final: RunState, result: RunResult?) async -> Result<Void, LabError> {
        let isFirst = state.withLock { state in
            guard !state.isEnding else { return false }
            state.conclusion = Conclusion(state: final, result: result)
            state.isClosed = true
            state.isEnding = true
            return true
        }
        if isFirst {
            thread.stop()
            await thread.finished()
        }
        return failure.map(Result.failure) ?? .success(())
    }

    /// Writes what waits and ends the thread; the run's state stays as it is.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.isEnding = true
        }
        thread.stop()
    }

    // MARK: - On the writer's thread

    /// Writes what waits.
    /// - Returns: whether that was the last of it.
    private func turn() -> Bool {
        let work = state.withLock { $0.take() }
        do {
            try write(work.batch)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && !work.isLast {
            // Somebody looks into the file with a tool that locks it: the next turn tries again.
            state.withLock { $0.putBack(work) }
            return false
        } catch {
            fail(error)
        }
        for continuation in work.waiting { continuation.resume() }
        if work.isLast { end() }
        return work.isLast
    }

    private func write(_ batch: PendingRecords.Batch) throws {
        guard !batch.isEmpty else { return }
        try checkFile()
        try database.write { db in
            for change in batch.changes { try change.write(to: db) }
            let insertion = try db.cachedStatement(sql: "INSERT INTO samples VALUES (?, ?, ?, ?)")
            for sample in batch.samples {
                try insertion.execute(arguments: [sample.subject, sample.metric, sample.at, sample.value])
            }
            try db.cachedStatement(
                sql: "UPDATE progress SET recordedUntil = max(recordedUntil, ?), dropped = dropped + ?"
            ).execute(arguments: [batch.latest, batch.dropped])
        }
    }

    /// SQLite would go on writing into a file that has no name any more.
    private func checkFile() throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        throw LabError("\(path): removed while the run was being recorded")
    }

    private func fail(_ error: any Error) {
        let error = LabError(error, at: path)
        state.withLock { state in
            state.failure = state.failure ?? error
            state.isClosed = true
        }
    }

    private func end() {
        let conclusion = state.withLock { state in
            defer { state.conclusion = nil }
            return state.conclusion
        }
        if let conclusion {
            do { try write(conclusion) } catch { fail(error) }
        }
        tidy()
    }

    /// After a failure this often works all the same: nothing is appended, and the reader learns what happened.
    private func write(_ conclusion: Conclusion) throws {
        let failure = failure
        let final = failure == nil ? conclusion.state : .failed
        let result = failure == nil ? try conclusion.result.map { try Document.text(of: $0) } : nil
        try checkFile()
        try database.write { db in
            if let failure { try Change.problem("the recording broke off: \(failure)").write(to: db) }
            try db.execute(sql: "UPDATE runs SET state = ?, result = ?", arguments: [final.rawValue, result])
        }
    }

    /// Makes one self-contained file of the recording, readable even where nothing can be written.
    ///
    /// Should somebody read it just now, it stays in several files, which hold the same.
    private func tidy() {
        try? database.writeWithoutTransaction { db in
            try db.checkpoint(.truncate)
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
        }
        try? database.close()
    }
}
