import LabCluster
import LabCore

/// A child process that shall live exactly as long as a piece of work.
struct ChildLifetime: Sendable {
    private let child: ChildProcess
    private let name: String
    private let guardian: Guardian

    init(_ child: ChildProcess, name: String, guardian: Guardian) {
        self.child = child
        self.name = name
        self.guardian = guardian
    }

    /// Runs `body` once the process has started, and ends the process when `body` is over.
    ///
    /// `endedEarly` is called if the process ends before `body` does.
    /// - Returns: what `body` returns.
    /// - Throws: ``LabError`` if the process cannot be started; what `body` throws.
    func beside<Result: Sendable>(
        endedEarly: @escaping @Sendable (ChildProcess.End) -> Void,
        _ body: @Sendable (Int32) async throws -> Result
    ) async throws -> Result {
        let (pids, started) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { started.finish() }
                let (end, pid) = try await child.run { pid in
                    guardian.watch(group: pid)
                    started.yield(pid)
                }
                guardian.release(group: pid)
                if !Task.isCancelled { endedEarly(end) }
            }
            var iterator = pids.makeAsyncIterator()
            guard let pid = await iterator.next() else {
                try await group.waitForAll()
                throw LabError("\(name): ended at once")
            }
            do {
                let result = try await body(pid)
                group.cancelAll()
                try await group.waitForAll()
                return result
            } catch {
                group.cancelAll()
                throw error
            }
        }
    }
}

extension ChildProcess.End {
    /// Such as `exit code 1` or `killed by signal 9`.
    var text: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal): "killed by signal \(signal)"
        }
    }
}

/// The end of a child's log, for messages.
enum LogTail {
    static func lastLine(of path: String) -> String { words(of: path) ?? "none" }

    /// A clause for the end of a message; empty if the log is.
    static func clause(of path: String) -> String { words(of: path).map { "; its last words: \($0)" } ?? "" }

    /// Lines that are indented belong to what stands before them, as a hint belongs to its problem.
    private static func words(of path: String) -> String? {
        let lines = (TextFile.lastLines(of: path) ?? "").split(separator: "\n")
        return (lines.last { !$0.hasPrefix("  ") } ?? lines.last).map(String.init)
    }
}
