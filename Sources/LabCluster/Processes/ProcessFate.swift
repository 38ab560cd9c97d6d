/// Tells apart a process that lives and one that the kernel has sentenced: a large one may take seconds to give back its
/// memory before it is gone.
enum ProcessFate {
    /// The process lives, and no SIGKILL waits for it.
    static func isUnharmed(_ pid: Int32) -> Bool {
        guard let line = TextFile.contents(of: "/proc/\(pid)/stat"),
            let statistics = ProcessStatistics(parsing: line), !statistics.isExiting,
            let status = TextFile.contents(of: "/proc/\(pid)/status")
        else { return false }
        return !isKillPending(in: status)
    }

    /// What `/proc/PID/status` says of signals that wait, for the thread and for the process (proc_pid_status(5)).
    static func isKillPending(in status: String) -> Bool {
        status.split(separator: "\n").contains { line in
            guard line.hasPrefix("SigPnd:") || line.hasPrefix("ShdPnd:") else { return false }
            let signals = line.split(whereSeparator: \.isWhitespace).last.flatMap { UInt64($0, radix: 16) }
            return (signals ?? 0) & sigkill != 0
        }
    }

    /// The ninth signal's bit.
    private static let sigkill: UInt64 = 1 << 8
}
