import CSQLite
import LabCore

/// One connection to an SQLite database, with its own page cache, descriptors and view of the data.
///
/// It stays open until somebody closes it, however few refer to it.
///
/// Safety: the handle is set once, and SQLite serialises all calls on it (`SQLITE_OPEN_FULLMUTEX`); after ``close()``
/// nobody uses it, since the pool has let go of it.
@safe
final class DatabaseConnection: @unchecked Sendable {
    private let handle: OpaquePointer
    /// `nil` if nobody counts them.
    private let statements: StatementCount?

    /// How long a statement waits for another connection's lock; wall time.
    private static let longestWait: Int32 = 5_000

    /// - Throws: ``LabError`` if the file cannot be opened, for want of descriptors too.
    init(path: String, creating: Bool = false, statements: StatementCount?) throws(LabError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | (creating ? SQLITE_OPEN_CREATE : 0)
        let status = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        // Also after an error there mostly is a handle, which has to be closed.
        guard status == SQLITE_OK, let handle = unsafe opened else {
            let error = LabError("database: “\(path)” cannot be opened: \(Self.text(of: status))")
            unsafe sqlite3_close_v2(opened)
            throw error
        }
        unsafe self.handle = handle
        self.statements = statements
        unsafe sqlite3_busy_timeout(handle, Self.longestWait)
        do {
            // As is usual with a write-ahead log: the disk is waited for when the log is done with, not at each commit.
            try execute("PRAGMA synchronous = NORMAL")
        } catch {
            close()
            throw error
        }
    }

    /// A statement of this connection, which its maker has to finalize.
    /// - Throws: ``LabError`` with SQLite's own words.
    func prepare(_ query: String) throws(LabError) -> DatabaseStatement {
        var prepared: OpaquePointer?
        let status = unsafe sqlite3_prepare_v2(handle, query, -1, &prepared, nil)
        guard status == SQLITE_OK, let statement = unsafe prepared else { throw lastError() }
        return unsafe DatabaseStatement(statement, of: self, counted: statements)
    }

    /// Runs statements that give no rows.
    /// - Throws: ``LabError`` with SQLite's own words.
    func execute(_ statements: String) throws(LabError) {
        guard unsafe sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK else { throw lastError() }
    }

    /// Gives back what the connection holds.
    ///
    /// SQLite itself keeps a connection with unfinalized statements until the last of them is.
    func close() {
        unsafe sqlite3_close_v2(handle)
    }

    /// As SQLite counts them.
    var unfinalizedStatements: Int {
        var count = 0
        var statement = unsafe sqlite3_next_stmt(handle, nil)
        while let found = unsafe statement {
            count += 1
            unsafe statement = sqlite3_next_stmt(handle, found)
        }
        return count
    }

    func lastError() -> LabError {
        LabError("database: \(unsafe String(cString: sqlite3_errmsg(handle)))")
    }

    private static func text(of status: Int32) -> String { unsafe String(cString: sqlite3_errstr(status)) }
}

/// What SQLite itself has allocated in this process, all connections together.
enum DatabaseMemory {
    /// Bytes; 0 where SQLite keeps no account of it.
    static var inUse: Int { Int(clamping: sqlite3_memory_used()) }

    /// Tells SQLite to keep one, which some systems build it not to.
    ///
    /// To be called before the first connection of the process; after that nothing changes.
    static func keepAccount() { _ = csqlite_keep_account_of_memory() }
}
