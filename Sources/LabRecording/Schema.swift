import GRDB
import LabCore

/// The tables of a run's file.
///
/// Times are nanoseconds of wall time since the start of the run; the header holds the one anchor in the calendar.
/// Documents (header, histograms, result) are JSON in text columns.
enum Schema {
    /// A migration is never edited once it is released: files recorded with it exist.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1 run") { db in
            try db.execute(sql: runTables)
            try db.execute(sql: seriesTables)
        }
        migrator.registerMigration("v2 segments") { db in
            try db.execute(sql: segmentColumns)
        }
        migrator.registerMigration("v3 kinds of metrics") { db in
            try db.execute(sql: metricColumns)
        }
        migrator.registerMigration("v4 drain") { db in
            try db.execute(sql: drainColumn)
        }
        migrator.registerMigration("v5 kills of processes") { db in
            try db.execute(sql: processTables)
        }
        migrator.registerMigration("v6 until") { db in
            try db.execute(sql: untilColumn)
        }
        return migrator
    }

    private static let runTables = """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            header TEXT NOT NULL,
            state TEXT NOT NULL,
            labPID INTEGER NOT NULL,
            labStartTime INTEGER,
            labBoot TEXT,
            productionEnded INTEGER,
            scheduleDelay TEXT,
            result TEXT
        ) STRICT;
        CREATE TABLE progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            recordedUntil INTEGER NOT NULL,
            dropped INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE problems (
            id INTEGER PRIMARY KEY,
            text TEXT NOT NULL
        ) STRICT;
        CREATE TABLE ledgers (
            variant TEXT PRIMARY KEY,
            counts TEXT NOT NULL
        ) STRICT;
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            isWarning INTEGER NOT NULL,
            reason TEXT NOT NULL,
            object TEXT NOT NULL,
            message TEXT NOT NULL
        ) STRICT;
        """

    /// Samples carry neither key nor index: they are appended in time order while the run lasts and read all at once
    /// after it.
    private static let seriesTables = """
        CREATE TABLE metrics (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE subjects (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL
        ) STRICT;
        CREATE TABLE lives (
            subject INTEGER PRIMARY KEY,
            variant TEXT NOT NULL,
            pod TEXT NOT NULL,
            ordinal INTEGER NOT NULL,
            memoryLimit INTEGER,
            life INTEGER NOT NULL,
            pid INTEGER NOT NULL,
            start INTEGER NOT NULL,
            end INTEGER,
            exitReason TEXT,
            exitCode INTEGER,
            sites TEXT,
            latency TEXT,
            eventAge TEXT,
            quiescentFrom INTEGER
        ) STRICT;
        CREATE TABLE samples (
            subject INTEGER NOT NULL,
            metric INTEGER NOT NULL,
            at INTEGER NOT NULL,
            value REAL NOT NULL
        ) STRICT;
        """

    private static let segmentColumns = """
        ALTER TABLE lives ADD COLUMN segment INTEGER;
        ALTER TABLE lives ADD COLUMN peakCharge INTEGER;
        ALTER TABLE ledgers ADD COLUMN partitions TEXT;
        """

    /// Both are null for a metric of which nobody said what it is.
    private static let metricColumns = """
        ALTER TABLE metrics ADD COLUMN kind TEXT;
        ALTER TABLE metrics ADD COLUMN unit TEXT;
        """

    /// Null as long as the run goes on.
    private static let drainColumn = "ALTER TABLE ledgers ADD COLUMN drain TEXT;"

    /// Kills by the kernel that a life outlived, one row for each.
    private static let processTables = """
        CREATE TABLE processKills (
            id INTEGER PRIMARY KEY,
            subject INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        """

    /// Null in a run whose length was given.
    private static let untilColumn = "ALTER TABLE runs ADD COLUMN until TEXT;"

    /// Refuses files that this program cannot read.
    ///
    /// Earlier recordings are read as they are: what they lack is optional.
    static func check(_ db: Database, path: String) throws {
        let migrator = migrator
        guard try !migrator.hasBeenSuperseded(db) else {
            throw LabError(
                "\(path): recorded by a newer leaklab",
                hint: "Open it with the version that recorded it, or a later one."
            )
        }
        guard try migrator.appliedIdentifiers(db).contains("v1 run") else {
            throw LabError("\(path): not the recording of a run")
        }
    }
}
