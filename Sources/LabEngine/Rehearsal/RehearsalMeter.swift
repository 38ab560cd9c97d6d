import LabCluster
import LabTelemetry

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What this process has used so far, as it looks at itself.
struct RehearsalMeter {
    /// A reading at one instant; durations in seconds.
    struct Reading {
        /// Of the monotonic clock.
        var time: Double
        /// User and system time of all threads.
        var cpu: Double
        /// How long the thread of the pod's loop has waited for a processor; 0 where the system does not say.
        var waited: Double
        /// Bytes of anonymous memory; `nil` where the system does not say.
        var resident: Double?
    }

    /// Of the thread that a pod runs its loop on.
    private static let loopThread = "pod-loop"
    private let pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
    private var loopStatistics: String?

    mutating func read() -> Reading {
        if loopStatistics == nil { loopStatistics = Self.statisticsOfLoop() }
        return Reading(
            time: Double(MonotonicClock.nanoseconds) * 1e-9,
            cpu: Self.cpuSeconds,
            waited: waitedSeconds,
            resident: anonymousBytes
        )
    }

    /// User and system time of all threads; POSIX has it in microseconds (clock(3)).
    static var cpuSeconds: Double { Double(clock()) * 1e-6 }

    /// `/proc/PID/statm` counts pages: all, resident, resident and shared with a file, … (proc_pid_statm(5)).
    private var anonymousBytes: Double? {
        let fields = Self.numbers(in: "/proc/self/statm")
        guard fields.count >= 3 else { return nil }
        return (fields[1] - fields[2]) * pageSize
    }

    /// `schedstat` of a thread: nanoseconds on a processor, nanoseconds waiting for one, turns (sched-stats.rst).
    private var waitedSeconds: Double {
        let fields = loopStatistics.map(Self.numbers(in:)) ?? []
        return fields.count >= 2 ? fields[1] * 1e-9 : 0
    }

    private static func statisticsOfLoop() -> String? {
        let threads = Folder.entries(of: "/proc/self/task").map { "/proc/self/task/\($0)" }
        return threads.first { TextFile.contents(of: "\($0)/comm") == loopThread + "\n" }
            .map { "\($0)/schedstat" }
    }

    private static func numbers(in path: String) -> [Double] {
        (TextFile.contents(of: path) ?? "").split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    }
}
