import LabCore
import Synchronization

/// Keeps one pod alive as its restart policy asks, inside its own memory limit, and changes it while it runs.
package final class PodSupervisor: Sendable {
    private let pod: PodSpecification
    private let control: MemoryControl
    private let cgroupName: String
    private let guardian: Guardian
    private let watchdog: MemoryWatchdog?
    private let observer: any PodObserver
    private let orders = PodOrders()
    private let lives: Atomic<Int>

    /// The cgroup's name carries the run's id; the watchdog is of use only where that is how memory is controlled.
    ///   - firstLife: the number of its first life, which is not 0 for a pod that returns.
    package init(
        _ pod: PodSpecification,
        control: MemoryControl,
        cgroupName: String,
        guardian: Guardian,
        watchdog: MemoryWatchdog = .shared,
        observer: any PodObserver,
        firstLife: Int = 0
    ) {
        lives = Atomic(firstLife)
        self.pod = pod
        self.control = control
        self.cgroupName = cgroupName
        self.guardian = guardian
        self.watchdog = control.isWatchdog ? watchdog : nil
        self.observer = observer
    }

    /// Runs until the pod is stopped or the task cancelled, to be called once.
    ///
    /// The living pod is then sent SIGTERM and, after its grace period, SIGKILL. A pod whose policy allows no
    /// further life is waited with, since it may still be replaced. Leaves no process and no cgroup behind.
    /// - Throws: ``LabError`` if a life cannot be prepared or started, or its limit not be set.
    package func run() async throws {
        orders.begin()
        defer { orders.finish() }
        var current = pod
        var isOver = false
        defer { if !isOver { observer.podIsOver(current) } }
        let cgroup = try makeCgroup()
        defer { if let cgroup { guardian.remove(cgroup) } }
        var backOff = BackOff(current.restart)
        while !isEnding {
            if let replacement = orders.takeReplacement() {
                try cgroup?.setLimit(replacement.memoryLimit)
                (current, backOff, isOver) = (replacement, BackOff(replacement.restart), false)
            }
            let started = ContinuousClock.now
            let end = try await begin(nextLife, of: current, in: cgroup).run(until: orders)
            lives.add(1, ordering: .relaxed)
            guard !isEnding, !orders.isPending else { continue }
            if let delay = backOff.delay(after: end, lifeOf: .now - started) {
                observer.podBacksOff(current, for: delay)
                await orders.wait(atMost: delay)
            } else {
                isOver = true
                observer.podIsOver(current)
                await orders.wait()
            }
        }
    }

    /// Replaces the pod as a rolling update does, whatever it is doing at the time.
    ///
    /// A living pod is sent SIGTERM and, after its grace period, SIGKILL; a back-off ends. The next life
    /// begins at once, under the new specification and its limit, and back-off begins anew.
    /// Returns when it has started; also if it is replaced in its turn before that, once the other has,
    /// and if no life will follow because the supervisor has ended.
    package func replace(with pod: PodSpecification) async { await orders.replace(with: pod) }

    /// Ends the pod for good: SIGTERM and, after its grace period, SIGKILL.
    ///
    /// Returns when nothing of it is left and ``run()`` returns; at once if that was not yet called.
    package func stop() async { await orders.stop() }

    /// The number of the life that would come next, if one does.
    package var nextLife: Int { lives.load(ordering: .relaxed) }

    private var isEnding: Bool { Task.isCancelled || orders.isStopped }

    private func begin(_ life: Int, of pod: PodSpecification, in cgroup: MemoryCgroup?) -> PodLife {
        PodLife(
            pod,
            life: life,
            cgroup: cgroup,
            watchdog: watchdog,
            guardian: guardian,
            observer: observer
        )
    }

    private func makeCgroup() throws -> MemoryCgroup? {
        guard !isEnding else { return nil }
        return try guardian.makeCgroup(named: cgroupName, under: control, limit: pod.memoryLimit)
    }
}
