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
}
