package import LabCore
import LabTelemetry
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Holds processes to memory limits where the kernel's own control cannot be had: looks at what they keep in memory,
/// and kills.
///
/// Less exact than a cgroup: what is allocated between two looks goes beyond the limit, and a process that is started
/// counts from when it is found, a second later at most (``ProcessTree``). Its thread runs only while there is something
/// to watch.
package final class MemoryWatchdog: Sendable {
    /// One for all pods, since one thread suffices.
    package static let shared = MemoryWatchdog()

    /// What it has seen of a process.
    package struct Record: Hashable, Sendable {
        /// The highest reading; `nil` if there was none.
        package var peak: ByteCount?
        /// Whether it killed the processes for exceeding their limit.
        package var hasKilled = false
    }

    fileprivate struct Watch {
        let identity: ProcessIdentity
        let tree: ProcessTree
        let probe: PodMemoryProbe
        let limit: ByteCount?
        var record = Record()
    }

    private struct State {
        var watches: [Int32: Watch] = [:]
        var hasThread = false
    }

    private let interval: Duration
    private let state = Mutex(State())

    /// - Parameter interval: wall time between two looks.
    package init(interval: Duration = .milliseconds(20)) { self.interval = interval }

    /// Begins to watch a child process that leads a process group, and all that come of it; without a limit only for
    /// the peak.
    ///
    /// Does nothing if the process has ended.
    package func watch(_ pid: Int32, limit: ByteCount?) {
        watch(pid, limit: limit, tree: ProcessTree(leader: pid))
    }

    func watch(_ pid: Int32, limit: ByteCount?, tree: ProcessTree) {
        let needsThread = state.withLock { state in
            guard let identity = ProcessIdentity(ofRunning: pid),
                let probe = PodMemoryProbe(pid: pid, list: { tree.pids() })
            else { return false }
            state.watches[pid] = Watch(identity: identity, tree: tree, probe: probe, limit: limit)
            defer { state.hasThread = true }
            return !state.hasThread
        }
        if needsThread { startThread() }
    }

    /// Ends watching a process.
    /// - Returns: `nil` if it was not watched.
    package func release(_ pid: Int32) -> Record? {
        state.withLock { $0.watches.removeValue(forKey: pid)?.record }
    }

    /// What it has seen of a process that it watches.
    func record(of pid: Int32) -> Record? { state.withLock { $0.watches[pid]?.record } }

    /// It ends by itself when nothing is left to watch.
    private func startThread() {
        PeriodicThread("watchdog", every: interval).start { [self] thread in
            while look(), thread.rest() {}
        }
    }

    /// - Returns: false if there is nothing left to watch.
    private func look() -> Bool {
        state.withLock { state in
            for (pid, var watch) in state.watches where watch.look() { state.watches[pid] = watch }
            state.hasThread = !state.watches.isEmpty
            return state.hasThread
        }
    }
}

extension MemoryWatchdog.Watch {
    /// Reads, and kills if need be.
    /// - Returns: false if there is nothing to read any more.
    fileprivate mutating func look() -> Bool {
        guard let kept = probe.read(limit: limit) else { return false }
        record.peak = max(record.peak ?? kept, kept)
        // Who leads the group is looked at once more, for a pid may be given to another process.
        if let limit, kept > limit, identity.isAlive, kill(-identity.pid, SIGKILL) == 0 {
            record.hasKilled = true
            tree.kill()
        }
        return true
    }
}
