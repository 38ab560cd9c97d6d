import LabCluster

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What this process has used so far, as it looks at itself.
struct RehearsalMeter {
    /// A reading; durations in seconds.
    struct Reading {
        var cpu: Double
        /// Bytes of anonymous memory; `nil` where the system does not tell.
        var resident: Int64?
        /// How long the thread of the pod's loop has waited for a processor; 0 where the system does not tell.
        var waited: Double
    }

    /// Of the thread that ``Pod`` runs its loop on.
    private static let loopThread = "pod-loop"
    private let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
    private var loopStatistics: String?

    mutating func read() -> Reading {
        if loopStatistics == nil { loopStatistics = Self.statisticsOfLoop() }
        return Reading(cpu: Self.cpuSeconds, resident: anonymousBytes, waited: waitedSeconds)
    }

    /// User and system time of all threads.
    static var cpuSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// `/proc/PID/statm` counts pages: all, resident, resident and shared with a file, … (proc_pid_statm(5)).
    private var anonymousBytes: Int64? {
        let fields = Self.numbers(in: "/proc/self/statm")
        guard fields.count >= 3, fields[1] >= fields[2] else { return nil }
        return (fields[1] - fields[2]) * pageSize
    }

    /// `schedstat` of a thread: nanoseconds on a processor, nanoseconds waiting for one, turns
    /// (sched-stats.rst).
    private var waitedSeconds: Double {
        let fields = loopStatistics.map(Self.numbers(in:)) ?? []
        return fields.count >= 2 ? Double(fields[1]) * 1e-9 : 0
    }

    private static func statisticsOfLoop() -> String? {
        let threads = Folder.entries(of: "/proc/self/task").map { "/proc/self/task/\($0)" }
        return threads.first { TextFile.contents(of: "\($0)/comm") == loopThread + "\n" }
            .map { "\($0)/schedstat" }
    }

    private static func numbers(in path: String) -> [Int64] {
        (TextFile.contents(of: path) ?? "").split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
    }
}
