import LabCore
import LabTelemetry

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The database file that the handlers of all pods of a variant read and write: accounts with their purchases.
///
/// Some accounts were imported from an older shop and are damaged: the price of one purchase in their middle is no
/// whole number, but empty or a text. SQLite keeps such values, as it keeps any.
struct PurchaseDatabase: Sendable {
    /// Accounts 1, 2, … up to here are as they should be.
    static let soundAccounts: Int64 = 1_000
    /// The ones that follow are damaged.
    static let damagedAccounts: Int64 = 50

    let path: String

    /// Finds the file in `folder`, or makes it there.
    ///
    /// Of several who make it at a time one wins, and nobody sees a file that is not complete.
    /// - Throws: ``LabError`` if there is none and none can be made.
    init(in folder: String, purchasesPerAccount: Int) throws(LabError) {
        path = "\(folder)/purchases.db"
        guard unsafe access(path, F_OK) != 0 else { return }
        let draft = "\(folder)/purchases-\(getpid())-\(MonotonicClock.nanoseconds).draft"
        defer { unsafe unlink(draft) }
        try Self.write(to: draft, purchasesPerAccount)
        guard unsafe link(draft, path) == 0 || errno == EEXIST else {
            throw LabError("database: “\(path)” cannot be made: \(SystemError.words(errno))")
        }
    }

    /// Of the write-ahead log beside it; 0 if there is none.
    var logBytes: Int {
        let descriptor = unsafe open("\(path)-wal", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        return max(0, Int(clamping: lseek(descriptor, 0, SEEK_END)))
    }

    /// Closing the only connection leaves no log beside the draft, so that its name can change.
    private static func write(to draft: String, _ purchasesPerAccount: Int) throws(LabError) {
        let connection = try DatabaseConnection(path: draft, creating: true, statements: nil)
        defer { connection.close() }
        try connection.execute(
            """
            CREATE TABLE purchases (
                id INTEGER PRIMARY KEY, account INTEGER NOT NULL, item TEXT NOT NULL, price, receipt TEXT NOT NULL
            );
            CREATE TABLE totals (account INTEGER PRIMARY KEY, spent INTEGER NOT NULL, times INTEGER NOT NULL);
            BEGIN;
            WITH RECURSIVE
                accounts (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM accounts WHERE a < \(allAccounts)),
                numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(purchasesPerAccount))
            INSERT INTO purchases (account, item, price, receipt)
            SELECT
                a, 'item-' || ((a * 7 + n) % 97),
                CASE WHEN a > \(soundAccounts) AND n = \((purchasesPerAccount + 1) / 2)
                    THEN CASE a % 2 WHEN 0 THEN NULL ELSE 'n/a' END
                    ELSE (a * 31 + n * 17) % 500 + 1 END,
                printf('%-100s', 'receipt ' || a || '/' || n)
            FROM accounts, numbers ORDER BY a, n;
            CREATE INDEX purchases_by_account ON purchases (account);
            COMMIT;
            PRAGMA journal_mode = WAL;
            """
        )
    }

    private static let allAccounts = soundAccounts + damagedAccounts
}
