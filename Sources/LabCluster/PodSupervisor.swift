package import LabCore

/// What a supervisor needs to know of a pod.
package struct PodSpecification: Sendable {
    package var name: String
    package var variant: String
    package var ordinal: Int
    package var memoryLimit: ByteCount?
    package var restart: RestartPolicy
    /// Wall time between SIGTERM and SIGKILL.
    package var gracePeriod: Duration
    /// Makes what one life needs (configuration, telemetry page), and tells how to start it.
    package var prepare: @Sendable (_ life: Int) throws -> ChildProcess

    package init(
        name: String,
        variant: String,
        ordinal: Int,
        memoryLimit: ByteCount?,
        restart: RestartPolicy,
        gracePeriod: Duration,
        prepare: @escaping @Sendable (_ life: Int) throws -> ChildProcess
    ) {
        self.name = name
        self.variant = variant
        self.ordinal = ordinal
        self.memoryLimit = memoryLimit
        self.restart = restart
        self.gracePeriod = gracePeriod
        self.prepare = prepare
    }
}

/// Is told of a pod's lives, on any thread, one call at a time for each pod.
package protocol PodObserver: Sendable {
    func podStarted(_ pod: PodSpecification, life: Int, pid: Int32, cgroup: MemoryCgroup?)
    func podEnded(_ pod: PodSpecification, life: Int, exit: PodExit)
    func podBacksOff(_ pod: PodSpecification, for delay: Duration)
    /// No further life will follow.
    func podIsOver(_ pod: PodSpecification)
}

/// Keeps one pod alive as its restart policy asks, inside its own memory cgroup.
package struct PodSupervisor: Sendable {
    private let pod: PodSpecification
    private let control: MemoryControl
    /// The cgroup's name; carries the run's id.
    private let cgroupName: String
    private let guardian: Guardian
    private let observer: any PodObserver

    package init(
        _ pod: PodSpecification,
        control: MemoryControl,
        cgroupName: String,
        guardian: Guardian,
        observer: any PodObserver
    ) {
        self.pod = pod
        self.control = control
        self.cgroupName = cgroupName
        self.guardian = guardian
        self.observer = observer
    }

    /// Runs until the policy allows no further life, or until the task is cancelled.
    ///
    /// The living pod is then sent SIGTERM and, after its grace period, SIGKILL. Leaves no process and no cgroup
    /// behind.
    /// - Throws: ``LabError`` if a life cannot be prepared or started.
    package func run() async throws {
        defer { observer.podIsOver(pod) }
        let cgroup = try makeCgroup()
        defer {
            cgroup?.killAll()
            cgroup?.remove()
            if let cgroup { guardian.release(cgroup: cgroup) }
        }
        var backOff = BackOff(pod.restart)
        var life = 0
        while !Task.isCancelled {
            let started = ContinuousClock.now
            let end = try await live(life, in: cgroup)
            guard !Task.isCancelled, let delay = backOff.delay(after: end, lifeOf: .now - started) else {
                return
            }
            observer.podBacksOff(pod, for: delay)
            try? await Task.sleep(for: delay)
            life += 1
        }
    }

    private func live(_ life: Int, in cgroup: MemoryCgroup?) async throws -> ChildProcess.End {
        var child = try pod.prepare(life)
        child.cgroup = cgroup
        child.gracePeriod = pod.gracePeriod
        let killsBefore = cgroup?.oomKills() ?? 0
        let (end, pid) = try await child.run { pid in
            guardian.watch(group: pid)
            observer.podStarted(pod, life: life, pid: pid, cgroup: cgroup)
        }
        guardian.release(group: pid)
        let wasOOMKilled = end == .signaled(9) && (cgroup?.oomKills() ?? 0) > killsBefore
        observer.podEnded(pod, life: life, exit: Self.exit(end, wasOOMKilled: wasOOMKilled))
        return end
    }

    private func makeCgroup() throws -> MemoryCgroup? {
        if case .none = control { return nil }
        let cgroup = try MemoryCgroup.create(named: cgroupName, under: control, limit: pod.memoryLimit)
        guardian.watch(cgroup: cgroup)
        return cgroup
    }

    static func exit(_ end: ChildProcess.End, wasOOMKilled: Bool) -> PodExit {
        let reason =
            switch end {
            case .exited(0): "Completed"
            case .exited: "Error"
            case .signaled where wasOOMKilled: "OOMKilled"
            case .signaled(9): "Killed"
            case .signaled: "Error"
            }
        return PodExit(reason: reason, code: end.code)
    }
}
