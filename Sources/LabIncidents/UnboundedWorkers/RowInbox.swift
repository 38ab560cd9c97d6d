import LabCore
import Synchronization

/// A row that nobody has begun with, and who waits for its end.
struct WaitingRow: Sendable {
    let row: Row
    /// `nil` where nobody waits.
    let waiter: CheckedContinuation<Void, any Error>?
}

/// The rows that have arrived and that the worker has not fetched yet: the table.
final class RowInbox: Sendable {
    private struct State {
        var rows: [WaitingRow] = []
        var arrivals = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Adds a row for which nobody waits.
    func add(_ row: Row) {
        state.withLock { state in
            state.rows.append(WaitingRow(row: row, waiter: nil))
            state.arrivals += 1
        }
    }

    /// Adds a row and waits until it is handled.
    /// - Throws: ``LabError`` if the worker has gone before it came to the row.
    func addAndWait(_ row: Row) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let isClosed = state.withLock { state in
                guard !state.isClosed else { return true }
                state.rows.append(WaitingRow(row: row, waiter: continuation))
                state.arrivals += 1
                return false
            }
            if isClosed { continuation.resume(throwing: Self.noWorker) }
        }
    }

    /// The oldest rows, so many at most.
    func take(atMost limit: Int = .max) -> [WaitingRow] {
        state.withLock { state in
            let count = min(max(0, limit), state.rows.count)
            defer { state.rows.removeFirst(count) }
            return Array(state.rows[..<count])
        }
    }

    /// Rows that have arrived since the last call.
    func takeArrivals() -> Int {
        state.withLock { state in
            defer { state.arrivals = 0 }
            return state.arrivals
        }
    }

    /// Refuses whoever waits, now and later.
    func close() {
        let rows = state.withLock { state in
            state.isClosed = true
            defer { state.rows = [] }
            return state.rows
        }
        for row in rows { row.waiter?.resume(throwing: Self.noWorker) }
    }

    private static let noWorker = LabError("worker: it has ended, and nothing handles the row")
}
