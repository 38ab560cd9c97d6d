import CSQLite
import LabCore
import LabTelemetry

/// How many statements have been prepared and not finalized.
struct StatementCount: Sendable {
    let open: Counter
}

/// A prepared statement, which lives until ``finalize()``.
///
/// Forgetting it frees nothing: C does not see that nobody refers to it any more. While it stands on a row it keeps
/// its cursor, and its connection the view of the data that it began with. For one task at a time.
@safe
final class DatabaseStatement {
    private let handle: OpaquePointer
    private let connection: DatabaseConnection
    private let count: StatementCount?
    private(set) var isFinalized = false

    /// Takes the handle over, and counts it.
    @unsafe
    init(_ handle: OpaquePointer, of connection: DatabaseConnection, counted count: StatementCount?) {
        unsafe self.handle = handle
        self.connection = connection
        self.count = count
        count?.open.add()
    }

    func finalize() {
        guard !isFinalized else { return }
        isFinalized = true
        unsafe sqlite3_finalize(handle)
        count?.open.subtract()
    }

    /// `position` counts from 1.
    func bind(_ number: Int64, at position: Int32) throws(LabError) {
        try checkOpen()
        guard unsafe sqlite3_bind_int64(handle, position, number) == SQLITE_OK else {
            throw connection.lastError()
        }
    }

    /// Goes to the next row, the first one at first.
    /// - Returns: false if there is none.
    /// - Throws: ``LabError`` with SQLite's own words.
    func step() throws(LabError) -> Bool {
        try checkOpen()
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.lastError()
        }
    }

    /// The present row's whole number in that column, counted from 0.
    /// - Throws: ``LabError`` if there is something else, an empty field or a text that looks like a number too.
    func wholeNumber(at column: Int32) throws(LabError) -> Int64 {
        try check(column)
        guard unsafe sqlite3_column_type(handle, column) == SQLITE_INTEGER else {
            throw LabError("database: \(kind(of: column)) in “\(name(of: column))” is no whole number")
        }
        return unsafe sqlite3_column_int64(handle, column)
    }

    /// The present row's text in that column, counted from 0.
    /// - Throws: ``LabError`` if there is something else.
    func text(at column: Int32) throws(LabError) -> String {
        try check(column)
        guard unsafe sqlite3_column_type(handle, column) == SQLITE_TEXT,
            let bytes = unsafe sqlite3_column_text(handle, column)
        else { throw LabError("database: \(kind(of: column)) in “\(name(of: column))” is no text") }
        return unsafe String(cString: bytes)
    }

    private func checkOpen() throws(LabError) {
        guard !isFinalized else { throw LabError("database: the statement was closed before") }
    }

    private func check(_ column: Int32) throws(LabError) {
        try checkOpen()
        guard unsafe sqlite3_data_count(handle) > column else {
            throw LabError("database: there is no row with a column \(column + 1)")
        }
    }

    private func kind(of column: Int32) -> String {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: "a whole number"
        case SQLITE_FLOAT: "a number"
        case SQLITE_TEXT: "a text"
        case SQLITE_BLOB: "a blob"
        default: "nothing"
        }
    }

    private func name(of column: Int32) -> String {
        guard let name = unsafe sqlite3_column_name(handle, column) else { return "column \(column + 1)" }
        return unsafe String(cString: name)
    }
}
