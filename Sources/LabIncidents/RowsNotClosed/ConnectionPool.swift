import LabCore
import LabTelemetry
import Synchronization

/// Connections to one database, lent to whoever has something to ask, as Go's `database/sql` does it.
///
/// A query's rows keep their connection until they are closed. There is no limit to the number of connections, as is
/// that package's default: whoever asks while none is free gets a new one.
final class ConnectionPool: Sendable {
    /// What is counted of connections and rows.
    struct Metrics: Sendable {
        let connections: Counter
        let statements: StatementCount
        let queries: Counter
        let rows: Counter
        let scanErrors: Counter

        init(on page: TelemetryPage) {
            connections = page.gauge("connectionsOpen", class: .incident)
            statements = StatementCount(open: page.gauge("statementsOpen", class: .incident))
            queries = page.counter("queries", class: .incident)
            rows = page.counter("rowsRead", class: .incident)
            scanErrors = page.counter("scanErrors", class: .incident)
        }
    }

    private struct State {
        /// Every one that is open, lent or not.
        var all: [DatabaseConnection] = []
        var free: [DatabaseConnection] = []
    }

    private let path: String
    let metrics: Metrics
    private let state = Mutex(State())

    init(path: String, metrics: Metrics) {
        self.path = path
        self.metrics = metrics
    }

    /// Asks, and lends a connection to the rows of the answer: the caller has to close them.
    /// - Throws: ``LabError`` if there is no connection to be had, or the query is wrong.
    func query(_ query: String, _ arguments: Int64...) throws(LabError) -> Rows {
        let connection = try take()
        let statement: DatabaseStatement
        do {
            statement = try connection.prepare(query)
        } catch {
            putBack(connection)
            throw error
        }
        let rows = Rows(of: statement, on: connection, lentBy: self)
        do {
            for (index, argument) in arguments.enumerated() {
                try statement.bind(argument, at: Int32(index + 1))
            }
        } catch {
            rows.close()
            throw error
        }
        metrics.queries.add()
        return rows
    }

    /// Runs a statement that gives no rows.
    /// - Throws: ``LabError`` as ``query(_:_:)``.
    func execute(_ statement: String, _ first: Int64, _ second: Int64) throws(LabError) {
        let rows = try query(statement, first, second)
        defer { rows.close() }
        while try rows.next() {}
    }

    private func take() throws(LabError) -> DatabaseConnection {
        if let connection = state.withLock({ $0.free.popLast() }) { return connection }
        let connection = try DatabaseConnection(path: path, statements: metrics.statements)
        state.withLock { $0.all.append(connection) }
        metrics.connections.add()
        return connection
    }

    func putBack(_ connection: DatabaseConnection) {
        state.withLock { $0.free.append(connection) }
    }

    /// Closes those that nobody holds; a lent one stays as it is.
    func closeFree() {
        let free = state.withLock { state in
            let free = state.free
            state.free = []
            state.all.removeAll { connection in free.contains { $0 === connection } }
            return free
        }
        for connection in free { connection.close() }
        metrics.connections.subtract(UInt64(free.count))
    }

    /// As SQLite counts them, over all connections.
    var unfinalizedStatements: Int {
        state.withLock { state in state.all.reduce(0) { $0 + $1.unfinalizedStatements } }
    }
}
