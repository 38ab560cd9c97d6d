import Foundation

/// What a process of the lab says while it works: lines on standard error, each written at once, so that a kill takes
/// none of them with it.
package enum ProcessLog {
    /// A log that nobody takes any more is no error.
    package static func write(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }
}
