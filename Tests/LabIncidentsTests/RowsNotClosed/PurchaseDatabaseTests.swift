import Foundation
import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct PurchaseDatabaseTests {
    private func pool(_ path: String) throws -> ConnectionPool {
        ConnectionPool(path: path, metrics: ConnectionPool.Metrics(on: try TelemetryPage.anonymous()))
    }

    private func number(_ pool: ConnectionPool, _ query: String) throws -> Int64 {
        let rows = try pool.query(query)
        defer { rows.close() }
        #expect(try rows.next())
        return try rows.scan { row throws(LabError) in try row.wholeNumber(at: 0) }
    }

    @Test("Every account has its purchases, and each damaged one exactly one that cannot be read")
    func contents() async throws {
        try await TestFolder.with { folder in
            let database = try PurchaseDatabase(in: folder, purchasesPerAccount: 7)
            let pool = try pool(database.path)
            #expect(try number(pool, "SELECT count(*) FROM purchases") == 1_050 * 7)
            let damaged = "FROM purchases WHERE typeof(price) <> 'integer'"
            #expect(try number(pool, "SELECT count(*) \(damaged)") == 50)
            #expect(try number(pool, "SELECT min(account) \(damaged)") == 1_001)
            #expect(try number(pool, "SELECT count(DISTINCT account) \(damaged)") == 50)
            #expect(try number(pool, "SELECT count(DISTINCT typeof(price)) \(damaged)") == 2)
            pool.closeFree()
        }
    }

    @Test("Several who make the file at a time share one, and leave no draft behind")
    func together() async throws {
        try await TestFolder.with { folder in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<4 {
                    group.addTask { try PurchaseDatabase(in: folder, purchasesPerAccount: 2).path }
                }
                for try await path in group { #expect(path == "\(folder)/purchases.db") }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["purchases.db"])
        }
    }

    @Test("Two pods write into one file")
    func pods() async throws {
        try await TestFolder.with { folder in
            try await RowsNotClosedRun.with("rows-closed", errorRate: 0, folder: folder) { first in
                try await RowsNotClosedRun.with("rows-closed", errorRate: 0, folder: folder) { second in
                    await first.handle(20)
                    await second.handle(20)
                    let times = try number(second.store.pool, "SELECT sum(times) FROM totals")
                    #expect(times == 40)
                    #expect(first.events.failed + second.events.failed == 0)
                }
            }
        }
    }

    @Test("A folder or a file that is none is one error that names it")
    func unusable() async throws {
        #expect(throws: LabError.self) {
            _ = try PurchaseDatabase(in: "/nowhere/at/all", purchasesPerAccount: 2)
        }
        try await TestFolder.with { folder in
            try Data(
                "no database at all, and longer than a header of one hundred bytes would have to be: ".utf8
            )
            .write(to: URL(fileURLWithPath: "\(folder)/purchases.db"))
            let database = try PurchaseDatabase(in: folder, purchasesPerAccount: 2)
            let pool = try pool(database.path)
            let error = #expect(throws: LabError.self) { _ = try pool.query("SELECT 1 FROM purchases") }
            #expect(error?.description == "database: file is not a database")
            pool.closeFree()
        }
    }

    @Test(
        "What does not fit is told with its column, and no row is read after the rows are closed",
        arguments: [
            ("SELECT 'n/a' AS price", "a text in “price” is no whole number"),
            ("SELECT NULL AS price", "nothing in “price” is no whole number"),
            ("SELECT 1.5 AS price", "a number in “price” is no whole number"),
            ("SELECT x'00' AS price", "a blob in “price” is no whole number"),
        ]
    )
    func scanning(query: String, problem: String) async throws {
        try await TestFolder.with { folder in
            let pool = try pool(try PurchaseDatabase(in: folder, purchasesPerAccount: 2).path)
            let rows = try pool.query(query)
            #expect(try rows.next())
            let error = #expect(throws: LabError.self) {
                try rows.scan { row throws(LabError) in _ = try row.wholeNumber(at: 0) }
            }
            #expect(error?.description == "database: \(problem)")
            #expect(pool.unfinalizedStatements == 1)
            rows.close()
            rows.close()
            #expect(pool.unfinalizedStatements == 0)
            #expect(try !rows.next())
            #expect(throws: LabError.self) {
                try rows.scan { row throws(LabError) in _ = try row.wholeNumber(at: 0) }
            }
            pool.closeFree()
        }
    }

    @Test("A sum that 64 bits do not hold is an error")
    func overflow() throws {
        #expect(try Int64(40).adding(price: 2) == 42)
        #expect(throws: LabError.self) { _ = try Int64.max.adding(price: 1) }
    }
}
