import LabCore
import Synchronization

/// What is known of one life's memory beside its samples: the highest charge, and whether it was killed for it.
///
/// The kernel counts kills by cgroup, not by process, so a kill that the pod outlives is taken to have hit another
/// process of it.
final class LifeMemory: Sendable {
    private struct Kills {
        /// Those that were not this pod's.
        var settled: Int
        /// A higher count, and since when it stands.
        var open: (count: Int, since: ContinuousClock.Instant)?
    }

    /// A process that is killed may take a while to give back its memory before it is gone.
    static let longestDeath = Duration.seconds(2)
    private static let lookInterval = Duration.milliseconds(250)

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

    func started(pid: Int32, limit: ByteCount?) { watchdog?.watch(pid, limit: limit) }

    /// - Returns: whether memory was what the process was killed for, provided that it ended by SIGKILL, and the
    ///   highest charge.
    func ended(pid: Int32) -> (wasOOMKilled: Bool, peak: ByteCount?) {
        if let watchdog {
            let seen = watchdog.release(pid)
            return (seen?.hasKilled ?? false, seen?.peak)
        }
        let settled = kills.withLock { $0.settled }
        return ((cgroup?.oomKills() ?? 0) > settled, peak?.read())
    }

    /// Waits until the process has outlived a kill in its cgroup.
    /// - Returns: false if the task was cancelled before that.
    func outlivesKill(_ pid: Int32) async -> Bool {
        guard let cgroup else { return false }
        while (try? await Task.sleep(for: Self.lookInterval)) != nil {
            let isSettled = settle(cgroup.oomKills(), at: .now) { ProcessIdentity(ofRunning: pid) != nil }
            if isSettled { return true }
        }
        return false
    }

    /// Takes a count of kills.
    /// - Returns: whether a kill has just been found not to be the pod's.
    func settle(_ count: Int, at now: ContinuousClock.Instant, isAlive: () -> Bool) -> Bool {
        let isDue = kills.withLock { kills in
            guard count > kills.settled else { return false }
            guard let open = kills.open, open.count == count else {
                kills.open = (count, now)
                return false
            }
            return now - open.since >= Self.longestDeath
        }
        guard isDue, isAlive() else { return false }
        kills.withLock { kills in
            kills.settled = count
            kills.open = nil
        }
        return true
    }
}
