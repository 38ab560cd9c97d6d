import LabCluster
package import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How a process announces to its parent where it listens: one line in a file that appears whole.
package enum Announcement {
    /// - Throws: ``LabError`` if the file cannot be written.
    package static func write(_ line: String, to path: String) throws(LabError) {
        let error = TextFile.put(line + "\n", to: path + ".part", creating: true)
        guard error == 0, unsafe rename(path + ".part", path) == 0 else {
            throw LabError("\(path): cannot be written")
        }
    }

    /// - Returns: `nil` as long as the file is not there.
    static func read(_ path: String) -> String? {
        guard let text = TextFile.contents(of: path), text.hasSuffix("\n") else { return nil }
        return String(text.dropLast())
    }
}
