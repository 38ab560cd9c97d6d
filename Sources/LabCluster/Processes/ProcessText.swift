/// What `/proc` says of a process's start; empty where there is no `/proc`.
package enum ProcessText {
    /// Of all processes there are at this instant, in ascending order.
    package static var pids: [Int32] { Folder.entries(of: "/proc").compactMap(Int32.init).sorted() }

    /// The environment that a process was started with, an entry after each zero byte.
    ///
    /// - Returns: `nil` if this process may not read it; zombies have none.
    package static func environment(of pid: Int32) -> String? {
        TextFile.contents(of: "/proc/\(pid)/environ")
    }

    /// The program and its arguments; empty if that cannot be read.
    package static func command(of pid: Int32) -> [String] {
        (TextFile.contents(of: "/proc/\(pid)/cmdline") ?? "").split(separator: "\0").map(String.init)
    }

    /// The pid that a process has among those of its own namespace, which it calls itself by.
    static func ownPID(of pid: Int32) -> Int32 {
        status(of: pid, "NSpid:").last.flatMap { Int32($0) } ?? pid
    }

    /// Whether a process has a handler for the signal.
    package static func catches(_ signal: Int32, _ pid: Int32) -> Bool {
        guard let mask = status(of: pid, "SigCgt:").first.flatMap({ UInt64($0, radix: 16) }) else {
            return false
        }
        return mask >> UInt64(signal - 1) & 1 == 1
    }

    /// The words behind a key of `/proc/PID/status`; empty if that cannot be read.
    private static func status(of pid: Int32, _ key: String) -> [Substring] {
        let lines = (TextFile.contents(of: "/proc/\(pid)/status") ?? "").split(separator: "\n")
        return lines.first { $0.hasPrefix(key) }?.split(whereSeparator: \.isWhitespace).dropFirst().map { $0 }
            ?? []
    }
}
