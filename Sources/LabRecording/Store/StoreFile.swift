import Foundation
import LabCore

/// A file of the store, which may be anything that somebody put there.
enum StoreFile {
    /// Whether a path leads to a regular file; `nil` if it leads nowhere.
    ///
    /// Anything else, a pipe for example, could let whoever opens it wait for ever.
    static func isRegular(_ path: String) -> Bool? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFREG
    }

    /// - Throws: ``LabError`` if there is something, and no regular file.
    static func check(_ path: String) throws(LabError) {
        guard isRegular(path) == false else { return }
        throw LabError("\(path): not a regular file", hint: "Other runs of the store are not affected.")
    }

    /// - Returns: `nil` if there is none that can be read.
    static func contents(of path: String) -> Data? {
        isRegular(path) == true ? FileManager.default.contents(atPath: path) : nil
    }
}
