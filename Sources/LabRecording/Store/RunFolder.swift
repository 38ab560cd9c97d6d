import Foundation
import LabCore

/// One run's folder in a store: the recording, and beside it the logs that the pods' supervisor writes.
package struct RunFolder: Sendable, Hashable {
    /// The run's full id, which is the folder's name.
    package let id: String
    package let path: String

    init(id: String, in store: String) {
        self.id = id
        path = store + "/" + id
    }

    /// The SQLite file.
    ///
    /// While the run is recorded, `-wal` and `-shm` files lie beside it.
    package var databasePath: String { path + "/run.sqlite" }

    /// What a transaction that was cut off has to be taken back with.
    ///
    /// SQLite writes it before and after the time in which there is a `-wal` file.
    var journalPath: String { databasePath + "-journal" }

    /// All files that SQLite opens of its own accord.
    var databaseFiles: [String] { [databasePath, databasePath + "-wal", databasePath + "-shm", journalPath] }

    /// Names the lab that made the folder, until the recording does.
    var makerPath: String { path + "/lab.json" }

    /// The lab that made the folder and has not begun to record; `nil` if the recording is begun, or nobody knows.
    var maker: LabProcess? {
        StoreFile.contents(of: makerPath).flatMap {
            try? Document.value(LabProcess.self, from: String(decoding: $0, as: UTF8.self))
        }
    }

    /// Holds one `POD.log` for each pod, all its lives in a row.
    package var logsDirectory: String { path + "/logs" }

    /// Holds the heap profiles of the pods; not there without any.
    package var profilesDirectory: String { path + "/profiles" }

    /// Where acts on the run are handed in while it goes on; not there before and after.
    package var actsDirectory: String { path + "/acts" }

    private static let logSuffix = ".log"

    /// Where a pod's log is, whether or not it exists.
    ///
    /// - Parameter pod: The pod's name.
    /// - Returns: A path in ``logsDirectory``.
    /// - Throws: ``LabError`` if `pod` cannot be a pod's name, so that no text from a command line leads out of the
    ///   folder.
    package func logPath(pod: String) throws -> String {
        guard !pod.isEmpty, !pod.hasPrefix("."), !pod.contains("/"), !pod.contains("\0") else {
            throw LabError("\(id): “\(pod)” is no name of a pod", exitStatus: .usage)
        }
        return logsDirectory + "/" + pod + Self.logSuffix
    }

    /// Names of the pods that have a log, sorted.
    package func podsWithLogs() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: logsDirectory)) ?? []
        return names.filter { $0.hasSuffix(Self.logSuffix) && !$0.hasPrefix(".") }
            .map { String($0.dropLast(Self.logSuffix.count)) }
            .sorted()
    }

    /// Bytes of all files in the folder; those that vanish meanwhile count nothing.
    package func sizeOnDisk() -> Int64 {
        guard let files = FileManager.default.enumerator(atPath: path) else { return 0 }
        var total: Int64 = 0
        while files.nextObject() != nil {
            let attributes = files.fileAttributes
            guard attributes?[.type] as? FileAttributeType == .typeRegular else { continue }
            total += (attributes?[.size] as? NSNumber)?.int64Value ?? 0
        }
        return total
    }
}
