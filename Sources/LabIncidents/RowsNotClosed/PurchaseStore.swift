import LabCore
import LabTelemetry

/// What players have spent: sums up the purchases of an account, and keeps the sum.
struct PurchaseStore: Sendable {
    /// One row of a query.
    struct Purchase: Sendable, Hashable {
        let item: String
        let price: Int64

        /// - Throws: ``LabError`` if the price is no whole number, or the item no text.
        init(readingFrom row: DatabaseStatement) throws(LabError) {
            item = try row.text(at: 0)
            price = try row.wholeNumber(at: 1)
        }
    }

    let database: PurchaseDatabase
    let pool: ConnectionPool
    let meter: DatabaseMeter
    let totals: Counter

    /// The caller has to close the rows.
    func purchases(of account: Int64) throws(LabError) -> Rows {
        try pool.query("SELECT item, price FROM purchases WHERE account = ? ORDER BY id", account)
    }

    func keep(_ spent: Int64, of account: Int64) throws(LabError) {
        try pool.execute(
            """
            INSERT INTO totals (account, spent, times) VALUES (?, ?, 1)
            ON CONFLICT (account) DO UPDATE SET spent = excluded.spent, times = times + 1
            """,
            account,
            spent
        )
        totals.add()
    }

    /// Looks at memory and log anew.
    func measure() {
        meter.measure(failures: pool.metrics.scanErrors.load(), logBytes: database.logBytes)
    }
}

extension Int64 {
    /// - Throws: ``LabError`` if the sum is beyond what 64 bits hold.
    func adding(price: Int64) throws(LabError) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(price)
        guard !overflow else { throw LabError("database: the prices of an account add up to too much") }
        return sum
    }
}
