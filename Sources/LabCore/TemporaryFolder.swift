import Foundation

/// Where temporary files go.
package enum TemporaryFolder {
    /// `TMPDIR` of this process's environment, else `/tmp`.
    package static var path: String { path(in: ProcessInfo.processInfo.environment) }

    /// - Parameter environment: a relative `TMPDIR` in it counts as none, since children work in other folders.
    /// - Returns: a path without a slash at its end.
    package static func path(in environment: [String: String]) -> String {
        guard var path = environment["TMPDIR"], path.hasPrefix("/") else { return system }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// The one that every POSIX system has, whatever the environment says.
    package static let system = "/tmp"
}
