import LabCluster

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A program that a test has started and that has not been waited for yet.
package struct RunningProgram: Sendable {
    package let pid: Int32
    let outputPath: String
    let errorsPath: String

    /// What it has written to standard output so far.
    package var output: String { TextFile.contents(of: outputPath) ?? "" }
    /// What it has written to standard error so far.
    package var errors: String { TextFile.contents(of: errorsPath) ?? "" }

    package func send(_ signal: Int32) { kill(pid, signal) }
}
