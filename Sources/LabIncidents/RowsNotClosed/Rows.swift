import LabCore
import LabTelemetry

/// The rows that a query found, one after the other, as Go's `sql.Rows`.
///
/// They close themselves after the last row and after an error of the database, and at no other time: who leaves
/// earlier has to call ``close()``. For one task at a time.
final class Rows {
    private let statement: DatabaseStatement
    private let connection: DatabaseConnection
    private let pool: ConnectionPool

    init(of statement: DatabaseStatement, on connection: DatabaseConnection, lentBy pool: ConnectionPool) {
        self.statement = statement
        self.connection = connection
        self.pool = pool
    }

    /// Goes to the next row.
    /// - Returns: false if there is none; the rows are closed then.
    /// - Throws: ``LabError`` with the database's own words; the rows are closed then too.
    func next() throws(LabError) -> Bool {
        guard !statement.isFinalized else { return false }
        do {
            guard try statement.step() else {
                close()
                return false
            }
        } catch {
            close()
            throw error
        }
        pool.metrics.rows.add()
        return true
    }

    /// Reads the present row, as the caller has it.
    /// - Throws: what `body` throws: a value does not fit. The rows stay open, and on this row.
    func scan<Value>(
        _ body: (DatabaseStatement) throws(LabError) -> Value
    ) throws(LabError) -> Value {
        do {
            return try body(statement)
        } catch {
            pool.metrics.scanErrors.add()
            throw error
        }
    }

    /// Finalizes the statement and gives the connection back; once is enough, twice does no harm.
    func close() {
        guard !statement.isFinalized else { return }
        statement.finalize()
        pool.putBack(connection)
    }
}
