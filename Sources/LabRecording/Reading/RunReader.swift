import Foundation
import GRDB
import LabCore

/// Reads one run's file: of a finished run, of one that still records, or of one whose lab was killed.
///
/// A file can hold anything. What cannot be true is refused with an error, so that nothing beyond this type needs to
/// doubt a recording.
struct RunReader {
    private let folder: RunFolder
    private let database: DatabaseQueue

    init(_ folder: RunFolder) throws {
        self.folder = folder
        guard FileManager.default.fileExists(atPath: folder.databasePath) else {
            throw LabError("\(folder.path): holds no recording")
        }
        for path in folder.databaseFiles { try StoreFile.check(path) }
        do {
            database = try Self.opened(folder)
        } catch {
            throw LabError(error, at: folder.databasePath)
        }
    }

    /// Opened for reading only, if need be after a first time for writing.
    ///
    /// What a kill left half-written has to be rolled back before anything can be read, and SQLite does that only where
    /// it may write. Of a file that is being written it lets go.
    private static func opened(_ folder: RunFolder) throws -> DatabaseQueue {
        let path = folder.databasePath
        do {
            return try opened(path, isReadOnly: true)
        } catch let error as DatabaseError
            where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode)
            && FileManager.default.fileExists(atPath: folder.journalPath)
        {
            try opened(path, isReadOnly: false).close()
            return try opened(path, isReadOnly: true)
        }
    }

    private static func opened(_ path: String, isReadOnly: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.busyMode = .timeout(1)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Refuses folders that only happen to lie in the store.
    init(checking folder: RunFolder) throws {
        guard RunID.isValid(folder.id) else { throw LabError("\(folder.path): not the folder of a run") }
        try self.init(folder)
    }

    func recordedRun() throws -> RecordedRun {
        try read { db, record in
            let header = try RunValidation(path: folder.databasePath).header(
                Document.value(from: record.header)
            )
            let reader = SeriesReader(path: folder.databasePath)
            let assembly = RunAssembly(
                path: folder.databasePath,
                header: header,
                series: try reader.series(db),
                descriptions: try reader.descriptions(db)
            )
            return try assembly.run(db, record)
        }
    }

    func summary() throws -> RunSummary {
        /// The few keys of the header that a list shows.
        struct Heading: Decodable {
            var scenario: String
            var title: String
            var startedAt: Int64
        }
        return try read { db, record in
            let heading = try Document.value(Heading.self, from: record.header)
            let recordedUntil = try ProgressRecord.fetchOne(db)?.recordedUntil ?? 0
            return RunSummary(
                id: folder.id,
                scenario: heading.scenario,
                title: heading.title,
                startedAt: heading.startedAt,
                state: try state(of: record),
                duration: .nanoseconds(recordedUntil),
                verdicts: try verdicts(of: record),
                sizeOnDisk: folder.sizeOnDisk()
            )
        }
    }

    func result() throws -> RunResult? {
        try read { _, record in
            try record.result.map { try Document.value(from: $0) }
        }
    }

    /// The process that records it, if the run is not concluded.
    func recordingLab() throws -> LabProcess? {
        try read { _, record in record.state == RunState.recording.rawValue ? record.lab : nil }
    }

    private func state(of record: RunRecord) throws -> RunSummary.State {
        switch RunState(rawValue: record.state) {
        case .recording: record.lab.isAlive ? .recording : .abandoned
        case .finished: .finished
        case .interrupted: .interrupted
        case .failed: .failed
        case nil: throw LabError.damaged(folder.databasePath, "unknown state “\(record.state)”")
        }
    }

    private func verdicts(of record: RunRecord) throws -> [RunSummary.VariantVerdict] {
        struct Verdicts: Decodable {
            var variants: [RunSummary.VariantVerdict]
        }
        return try record.result.map { try Document.value(Verdicts.self, from: $0).variants } ?? []
    }

    /// Everything is read in one transaction, so that a run that goes on is seen at one instant.
    private func read<Value>(_ body: (Database, RunRecord) throws -> Value) throws -> Value {
        do {
            return try database.read { db in
                try Schema.check(db, path: folder.databasePath)
                guard let record = try RunRecord.fetchOne(db) else {
                    throw LabError("\(folder.databasePath): the recording has not begun")
                }
                return try body(db, record)
            }
        } catch {
            throw LabError(error, at: folder.databasePath)
        }
    }
}
