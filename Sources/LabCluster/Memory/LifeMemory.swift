import LabCore
import LabTelemetry
import Synchronization

/// What is known of one life's memory beside its samples: the highest charge, and which kills hit it.
///
/// The kernel counts kills by cgroup, not by process: what a kill hit is seen from whether the pod's first process is
/// on its way out a moment later. Times are CLOCK_MONOTONIC, nanoseconds.
final class LifeMemory: Sendable {
    /// How a life ended, as far as memory goes.
    struct End: Hashable {
        /// Whether memory was what the pod was killed for.
        var wasOOMKilled = false
        var peak: ByteCount?
        /// When other processes of the pod were killed for memory, those that are not reported yet.
        var otherKills: [UInt64] = []
    }

    private struct Kills {
        /// Of so many it is known what they hit.
        var settled: Int
        /// When the others were seen, in order.
        var open: [UInt64] = []

        mutating func take(_ count: Int, at now: UInt64) {
            open += Array(repeating: now, count: max(0, count - settled - open.count))
        }
    }

    /// The kernel counts a kill before it sends the signal; from then on the process is on its way out.
    static let longestSignal: UInt64 = 200_000_000
    private static let lookInterval = Duration.milliseconds(100)

    private let cgroup: MemoryCgroup?
    private let watchdog: MemoryWatchdog?
    private let peak: PeakProbe?
    private let kills: Mutex<Kills>

    /// To be made before the life begins, while no process is in the cgroup.
    init(cgroup: MemoryCgroup?, watchdog: MemoryWatchdog?) {
        self.cgroup = cgroup
        self.watchdog = watchdog
        peak = cgroup.flatMap(PeakProbe.init)
        kills = Mutex(Kills(settled: cgroup?.oomKills() ?? 0))
    }

    func started(_ processes: PodProcesses, limit: ByteCount?) {
        watchdog?.watch(processes.pid, limit: limit, tree: processes.tree)
    }

    /// To be called once, when nothing of the life is left.
    ///
    /// - Parameters:
    ///   - pid: of the first process.
    ///   - wasKilled: whether that ended by a SIGKILL that was not the lab's.
    /// - Returns: what is known of its memory at last.
    func ended(pid: Int32, wasKilled: Bool) -> End {
        if let watchdog {
            let seen = watchdog.release(pid)
            return End(wasOOMKilled: wasKilled && seen?.hasKilled ?? false, peak: seen?.peak)
        }
        guard let cgroup else { return End() }
        var end = settleAll(
            cgroup.oomKills(),
            at: MonotonicClock.nanoseconds,
            wasKilled: wasKilled,
            isOne: cgroup.killsTogether()
        )
        end.peak = peak?.read()
        return end
    }

    /// Waits until the process has outlived kills in its cgroup.
    /// - Returns: when these were seen; empty if the task was cancelled before that.
    func outlivedKills(_ pid: Int32) async -> [UInt64] {
        guard let cgroup else { return [] }
        while (try? await Task.sleep(for: Self.lookInterval)) != nil {
            let outlived = settle(cgroup.oomKills(), at: MonotonicClock.nanoseconds) {
                ProcessFate.isUnharmed(pid)
            }
            if !outlived.isEmpty { return outlived }
        }
        return []
    }

    /// Takes a count of kills.
    /// - Returns: when those were seen that have just been found not to be the pod's.
    func settle(_ count: Int, at now: UInt64, isUnharmed: () -> Bool) -> [UInt64] {
        let isDue = kills.withLock { kills in
            kills.take(count, at: now)
            return kills.open.contains { Self.isDue($0, at: now) }
        }
        guard isDue, isUnharmed() else { return [] }
        return kills.withLock { kills in
            let outlived = kills.open.filter { Self.isDue($0, at: now) }
            kills.settled += outlived.count
            kills.open.removeFirst(outlived.count)
            return outlived
        }
    }

    /// Takes the count of kills at the end of the life; one of them was the pod's own if it was killed.
    ///
    /// - Parameters:
    ///   - count: of the cgroup's kills.
    ///   - now: the time of that.
    ///   - wasKilled: whether the first process ended by a SIGKILL that was not the lab's.
    ///   - isOne: all kills that hit the pod's processes at the time are one.
    /// - Returns: whose kills they were; the peak is not known here.
    func settleAll(_ count: Int, at now: UInt64, wasKilled: Bool, isOne: Bool) -> End {
        let open = kills.withLock { kills in
            kills.take(count, at: now)
            return kills.open
        }
        guard wasKilled, !open.isEmpty else { return End(otherKills: open) }
        return End(wasOOMKilled: true, otherKills: isOne ? [] : open.dropLast())
    }

    private static func isDue(_ seen: UInt64, at now: UInt64) -> Bool { now >= seen + longestSignal }
}
