/// Counts how often a process had to leave a processor though it had more to do.
///
/// The kernel counts for each thread (`/proc/PID/task/TID/status`, proc_pid_status(5)); those of threads that have ended
/// since the last reading are kept. One thread at a time.
final class ContextSwitches {
    /// Of more, these are read: about 10 ms.
    private static let mostThreads = 512

    private let folder: String
    private var latest: [String: Double] = [:]
    private var ended = 0.0

    convenience init(pid: Int32) { self.init(folder: "/proc/\(pid)/task") }

    /// - Parameter folder: with one folder for each thread.
    init(folder: String) { self.folder = folder }

    /// - Returns: since the process started, as far as its threads were seen; `nil` where the system does not report it.
    func involuntary() -> Double? {
        let names = Folder.entries(of: folder)
        guard !names.isEmpty else { return nil }
        for name in latest.keys where !names.contains(name) { ended += latest.removeValue(forKey: name) ?? 0 }
        for name in names.prefix(Self.mostThreads) {
            guard let count = Self.involuntary(in: "\(folder)/\(name)/status") else { continue }
            latest[name] = count
        }
        return latest.isEmpty ? nil : ended + latest.values.reduce(0, +)
    }

    private static let key = "nonvoluntary_ctxt_switches:"

    static func involuntary(in path: String) -> Double? {
        TextFile.contents(of: path).flatMap(involuntary(parsing:))
    }

    static func involuntary(parsing status: String) -> Double? {
        guard let line = status.split(separator: "\n").last(where: { $0.hasPrefix(key) }) else { return nil }
        return Double(line.dropFirst(key.count).filter { !$0.isWhitespace })
    }
}
