import Foundation
import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

/// A folder of a test's own.
enum TestFolder {
    static func with<Result>(
        _ body: nonisolated(nonsending) (String) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("leaklab-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.path)
    }
}

/// Hands events to a handler of the incident that has a database of its own.
struct RowsNotClosedRun {
    let events: HandledEvents
    let store: PurchaseStore
    let world: World

    /// `errorRate` is the parameter's.
    static func with<Result>(
        _ handler: String,
        errorRate: Double,
        seed: UInt64 = 1,
        folder: String? = nil,
        _ body: nonisolated(nonsending) (RowsNotClosedRun) async throws -> Result
    ) async throws -> Result {
        guard let folder else {
            return try await TestFolder.with { folder in
                try await with(handler, errorRate: errorRate, seed: seed, folder: folder, body)
            }
        }
        return try await Census.isolated { page in
            let world = try World.anonymous()
            let context = IncidentContext(
                seed: seed,
                values: ["errorRate": .number(errorRate)],
                page: page,
                world: world,
                folder: folder
            )
            let made = try #require(Incident.rowsNotClosed.handler(named: handler)).make(context)
            let store = try #require(
                (made as? RowsNotClosedHandler)?.store ?? (made as? RowsClosedHandler)?.store
            )
            let events = HandledEvents(made, page: page)
            let result = try await body(
                RowsNotClosedRun(events: events, store: store, world: world)
            )
            await made.shutDown()
            return result
        }
    }

    /// Handles so many events of different players.
    func handle(_ count: Int) async { await events.handle(HandledEvents.payloads(0..<count)) }

    func metric(_ name: String) -> Int { Int(events.metric(name) ?? -1) }

    /// The pages of log that no reader needs any more, and those that there are.
    func checkpoint() throws -> (log: Int64, done: Int64) {
        let rows = try store.pool.query("PRAGMA wal_checkpoint(PASSIVE)")
        defer { rows.close() }
        #expect(try rows.next())
        return try rows.scan { row throws(LabError) in
            (try row.wholeNumber(at: 1), try row.wholeNumber(at: 2))
        }
    }

    /// Kept sums by account.
    func totals() throws -> [Int64: Int64] {
        let rows = try store.pool.query("SELECT account, spent FROM totals")
        defer { rows.close() }
        var totals: [Int64: Int64] = [:]
        while try rows.next() {
            let total = try rows.scan { row throws(LabError) in
                (try row.wholeNumber(at: 0), try row.wholeNumber(at: 1))
            }
            totals[total.0] = total.1
        }
        return totals
    }
}
