import Foundation
import GRDB
import LabCore

extension LabError {
    /// Says in plain words why a file of the store could not be written or read.
    init(_ error: any Error, at path: String) {
        switch error {
        case let error as LabError: self = error
        case let error as DatabaseError: self.init(error, at: path)
        case is DecodingError, is RowDecodingError: self = .damaged(path, "a row cannot be read")
        default:
            self.init("\(path): \(SystemError.words(error).asClause)", hint: Self.storeHint)
        }
    }

    /// The file is a recording, but what it says cannot be.
    static func damaged(_ path: String, _ detail: String) -> LabError {
        LabError("\(path): damaged recording: \(detail)", hint: "Other runs of the store are not affected.")
    }

    static let storeHint = "LEAKLAB_STORE names another folder for recordings."

    private init(_ error: DatabaseError, at path: String) {
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init("\(path): the disk is full", hint: "Free some space. \(Self.storeHint)")
        case .SQLITE_IOERR:
            self.init(
                "\(path): reading or writing failed: \((error.message ?? "disk I/O error").asClause)",
                hint: Self.storeHint
            )
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self.init(
                "\(path): no permission to open or write it",
                hint: "An unfinished run needs a folder that is writable even to be read. \(Self.storeHint)"
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init("\(path): locked by another program", hint: "Close other programs that have it open.")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            self = .damaged(path, (error.message ?? "not an SQLite file").asClause)
        default:
            self.init("\(path): \((error.message ?? "SQLite error \(error.resultCode)").asClause)")
        }
    }
}

extension String {
    /// A sentence of another library as errors quote it here: without its full stop.
    fileprivate var asClause: String { hasSuffix(".") ? String(dropLast()) : self }
}
