import Foundation
import LabCluster

/// What a short-lived program says.
enum CommandText {
    /// - Returns: standard output and standard error; `nil` if it cannot be started, or fails.
    static func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async -> String? {
        let path = "\(NSTemporaryDirectory())/leaklab-\(UUID().uuidString).out"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let child = ChildProcess(
            executable: program,
            arguments: arguments,
            environment: environment,
            logPath: path
        )
        guard let end = try? await child.run(started: { _ in }).end, end == .exited(0) else { return nil }
        return TextFile.contents(of: path)
    }

    /// Where a program is that the shell would find.
    static func path(of name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.lazy.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
