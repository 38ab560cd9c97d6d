import Foundation

/// The process that records a run, described well enough to tell later whether it is still alive.
struct LabProcess: Hashable, Sendable, Codable {
    var pid: Int32
    /// Clock ticks from the machine's boot to the start of the process, which tells a reused pid apart; `nil` where
    /// the system has no `/proc`.
    var startTime: Int64?
    /// The kernel's id of this boot: after a reboot, pids and start times begin anew.
    var boot: String?

    static var current: LabProcess {
        let pid = ProcessInfo.processInfo.processIdentifier
        return LabProcess(pid: pid, startTime: ProcessStat.read(of: pid)?.startTime, boot: currentBoot)
    }

    private static var currentBoot: String? {
        FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id")
            .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// Whether the very same process still runs.
    ///
    /// In doubt, it does: a living run must not be removed.
    var isAlive: Bool {
        // kill(2) takes 0 and negative numbers for groups of processes.
        guard pid > 0, kill(pid, 0) == 0 || errno != ESRCH else { return false }
        if let boot, let now = Self.currentBoot, boot != now { return false }
        guard let startTime, let stat = ProcessStat.read(of: pid) else { return true }
        return stat.startTime == startTime && !stat.hasEnded
    }
}

/// What matters here of `/proc/PID/stat` (proc(5)).
struct ProcessStat: Hashable, Sendable {
    /// Field 3 says zombie or dead: the process is gone, its parent has only not asked yet.
    var hasEnded: Bool
    /// Field 22, clock ticks since boot.
    var startTime: Int64

    /// Reads the file's one line; `nil` if `text` is none.
    init?(parsing text: some StringProtocol) {
        // Field 2 is the command in parentheses and may itself hold spaces and parentheses.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split { $0 == " " || $0 == "\n" }
        guard fields.count >= 20, let startTime = Int64(fields[19]), startTime >= 0 else { return nil }
        hasEnded = ["Z", "X", "x"].contains(fields[0])
        self.startTime = startTime
    }

    static func read(of pid: Int32) -> ProcessStat? {
        FileManager.default.contents(atPath: "/proc/\(pid)/stat")
            .flatMap { ProcessStat(parsing: String(decoding: $0, as: UTF8.self)) }
    }
}
