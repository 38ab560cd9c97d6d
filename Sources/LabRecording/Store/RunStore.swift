import Foundation
import GRDB
package import LabCore

/// A folder of recorded runs: `STORE/RUN-ID/run.sqlite` and `STORE/RUN-ID/logs/`.
///
/// Several labs may record into one store at the same time. The store itself holds no state: its runs are what the
/// folder holds at the moment of a call.
package struct RunStore: Sendable, Hashable {
    package let directory: String

    /// The folder need not exist; ``create(_:)`` makes it.
    package init(directory: String) { self.directory = directory }

    /// `$LEAKLAB_STORE`, else `$XDG_STATE_HOME/leaklab/runs`, else `~/.local/state/leaklab/runs`.
    ///
    /// As the XDG specification asks, `XDG_STATE_HOME` is ignored unless it is an absolute path.
    package static func defaultDirectory(environment: [String: String]) -> String {
        if let store = environment["LEAKLAB_STORE"], !store.isEmpty { return store }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/leaklab/runs" }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/leaklab/runs"
    }

    /// Begins a run in a folder of its own.
    ///
    /// - Throws: ``LabError`` if the header's id is not one of ``RunID`` or already taken, or the folder cannot be
    ///   written.
    package func create(_ header: RunHeader) throws -> RunRecorder {
        try create(header, options: RecorderOptions())
    }

    func create(_ header: RunHeader, options: RecorderOptions) throws -> RunRecorder {
        let folder = try reserve(header.id, for: options.lab)
        do {
            return try create(header, in: folder, options: options)
        } catch {
            // It was made a moment ago and holds nothing of worth.
            try? FileManager.default.removeItem(atPath: folder.path)
            throw error
        }
    }

    /// Makes a run's folder, for the logs of what starts before there is anything to record.
    ///
    /// - Throws: ``LabError`` if the id is not one of ``RunID`` or already taken, or the folder cannot be written.
    package func reserve(_ id: String) throws -> RunFolder { try reserve(id, for: .current) }

    func reserve(_ id: String, for lab: LabProcess) throws -> RunFolder {
        guard RunID.isValid(id) else { throw LabError("“\(id)” is no id of a run") }
        let folder = RunFolder(id: id, in: directory)
        try make(folder, for: lab)
        return folder
    }

    /// Begins a run in a folder that was reserved for it.
    ///
    /// With `keepingSoFar` the recorder can give the run as it is so far.
    /// - Throws: ``LabError`` if the recording cannot be written.
    package func create(
        _ header: RunHeader,
        in folder: RunFolder,
        keepingSoFar: Bool = false
    ) throws -> RunRecorder {
        try create(
            header,
            in: folder,
            options: RecorderOptions(),
            mirror: keepingSoFar ? RunMirror(header) : nil
        )
    }

    private func create(
        _ header: RunHeader,
        in folder: RunFolder,
        options: RecorderOptions,
        mirror: RunMirror? = nil
    ) throws -> RunRecorder {
        do {
            let database = try begin(header, in: folder, options: options)
            try? FileManager.default.removeItem(atPath: folder.makerPath)
            let writer = RunWriter(database: database, path: folder.databasePath, options: options)
            return RunRecorder(header, folder: folder, writer: writer, mirror: mirror)
        } catch {
            throw LabError(error, at: folder.databasePath)
        }
    }

    /// What pods printed may say anything, so that nobody else shall read it.
    private static var ownOnly: [FileAttributeKey: Any] { [.posixPermissions: 0o700] }

    /// Makes the store's folder and what leads to it, if it is not there, for this user alone.
    static func make(_ directory: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: ownOnly
        )
    }

    private func make(_ folder: RunFolder, for lab: LabProcess) throws {
        guard !FileManager.default.fileExists(atPath: folder.path) else {
            throw LabError("\(folder.path): there is a run of this id already")
        }
        do {
            try Self.make(directory)
            // Of two that try, one fails here.
            try FileManager.default.createDirectory(
                atPath: folder.path,
                withIntermediateDirectories: false,
                attributes: Self.ownOnly
            )
            // Of a lab that dies before it records, this is how anybody knows.
            try Data(try Document.text(of: lab).utf8).write(to: URL(fileURLWithPath: folder.makerPath))
            try FileManager.default.createDirectory(
                atPath: folder.logsDirectory,
                withIntermediateDirectories: false
            )
        } catch {
            throw LabError(error, at: folder.path)
        }
    }

    private func begin(
        _ header: RunHeader,
        in folder: RunFolder,
        options: RecorderOptions
    ) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(options.lockTimeout.inSeconds)
        if let limit = options.pageLimit {
            configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA max_page_count = \(limit)") }
        }
        let database = try DatabaseQueue(path: folder.databasePath, configuration: configuration)
        try Schema.migrator.migrate(database)
        let record = RunRecord(
            header: try Document.text(of: header),
            state: RunState.recording.rawValue,
            labPID: options.lab.pid,
            labStartTime: options.lab.startTime,
            labBoot: options.lab.boot
        )
        try database.write { db in
            try record.insert(db)
            try ProgressRecord().insert(db)
        }
        return database
    }
}
