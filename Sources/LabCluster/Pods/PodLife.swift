import LabCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One life of a pod, from start to exit.
final class PodLife: Sendable {
    private enum Phase {
        case starting
        case running
        case asked
    }

    /// What happens next in a life.
    private enum Turn {
        case ended(ChildProcess.End, pid: Int32)
        case asked
        case lostProcesses(seen: [UInt64], pid: Int32)
        case nothing
    }

    private typealias Outcome = (
        end: ChildProcess.End, processes: PodProcesses, askedAt: ContinuousClock.Instant?
    )

    private let pod: PodSpecification
    private let life: Int
    private let cgroup: MemoryCgroup?
    private let watchdog: MemoryWatchdog?
    private let guardian: Guardian
    private let observer: any PodObserver
    private let phase = Mutex(Phase.starting)
    /// By this its processes are known where no cgroup holds them together.
    private let mark: String
    private let processes = Mutex<PodProcesses?>(nil)

    init(
        _ pod: PodSpecification,
        life: Int,
        cgroup: MemoryCgroup?,
        watchdog: MemoryWatchdog?,
        guardian: Guardian,
        observer: any PodObserver
    ) {
        self.pod = pod
        self.life = life
        self.cgroup = cgroup
        self.watchdog = watchdog
        self.guardian = guardian
        self.observer = observer
        mark = "\(pod.name)/\(life)/\(String(UInt64.random(in: 0...(.max)), radix: 16))"
    }

    /// Runs until the process has ended, which it is asked to do when there is an order or the task is cancelled.
    ///
    /// Whatever processes it leaves are killed.
    /// - Throws: ``LabError`` if the life cannot be prepared or started.
    func run(until orders: PodOrders) async throws -> ChildProcess.End {
        var child = try pod.prepare(life)
        child.cgroup = cgroup
        if let cgroup, pod.external == nil {
            child.environment[ProfilingConfiguration.usageVariable] = cgroup.usagePath
        }
        if cgroup == nil { child.environment[ProcessTree.variable] = mark }
        child.gracePeriod = pod.gracePeriod
        let memory = LifeMemory(cgroup: cgroup, watchdog: watchdog)
        let (end, processes, askedAt) = try await conduct(child, memory, orders)
        let wasKilledByLab = askedAt.map { .now - $0 >= pod.gracePeriod } ?? false
        // As when the first process of a container ends. The group's number is not in use again so soon.
        processes.killAll()
        guardian.release(pod: processes.pid)
        let last = memory.ended(
            pid: processes.pid,
            wasKilled: end == .signaled(SIGKILL) && !wasKilledByLab
        )
        reportLost(last.otherKills)
        var exit = PodExit(end, wasOOMKilled: last.wasOOMKilled, wasAsked: askedAt != nil)
        exit.peakCharge = last.peak?.bytes
        observer.podEnded(pod, life: life, exit: exit)
        return end
    }

    private func conduct(
        _ child: ChildProcess,
        _ memory: LifeMemory,
        _ orders: PodOrders
    ) async throws -> Outcome {
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        return try await withThrowingTaskGroup(of: Turn.self) { group in
            group.addTask {
                let (end, pid) = try await child.run { pid in
                    let all = PodProcesses(pid: pid, cgroup: self.cgroup, mark: self.mark)
                    self.reportStart(all, memory)
                    orders.lifeStarted()
                    started.yield(pid)
                }
                return .ended(end, pid: pid)
            }
            group.addTask {
                await orders.wait()
                return .asked
            }
            group.addTask {
                for await pid in pids { return await Self.lookOut(memory, pid) }
                return .nothing
            }
            var askedAt: ContinuousClock.Instant?
            while let turn = try await group.next() {
                switch turn {
                case .ended(let end, let pid):
                    group.cancelAll()
                    // What was found at the last moment is not to be forgotten.
                    for try await case .lostProcesses(let seen, _) in group { reportLost(seen) }
                    let all = processes.withLock { $0 } ?? PodProcesses(pid: pid, cgroup: cgroup)
                    return (end, all, askedAt)
                case .asked:
                    askedAt = .now
                    reportStop()
                    group.cancelAll()
                case .lostProcesses(let seen, let pid):
                    reportLost(seen)
                    group.addTask { await Self.lookOut(memory, pid) }
                case .nothing: continue
                }
            }
            throw LabError("\(pod.name): its process got lost")
        }
    }

    private static func lookOut(_ memory: LifeMemory, _ pid: Int32) async -> Turn {
        let seen = await memory.outlivedKills(pid)
        return seen.isEmpty ? .nothing : .lostProcesses(seen: seen, pid: pid)
    }

    private func reportLost(_ seen: [UInt64]) {
        for time in seen { observer.podLostProcess(pod, life: life, at: time) }
    }

    private func reportStart(_ all: PodProcesses, _ memory: LifeMemory) {
        processes.withLock { $0 = all }
        guardian.watch(pod: all.pid)
        memory.started(all, limit: pod.memoryLimit)
        observer.podStarted(pod, life: life, processes: all)
        let wasAsked = phase.withLock { phase in
            defer { phase = .running }
            return phase == .asked
        }
        if wasAsked { observer.podStops(pod, life: life) }
    }

    /// In the order of things: not before it was reported that the life has started.
    private func reportStop() {
        let isRunning = phase.withLock { phase in
            defer { phase = .asked }
            return phase == .running
        }
        if isRunning { observer.podStops(pod, life: life) }
    }
}

extension PodExit {
    /// Words an exit as the kubelet does, and in one of the lab's own: `Stopped`, if it was the lab that ended the
    /// life.
    init(_ end: ChildProcess.End, wasOOMKilled: Bool, wasAsked: Bool) {
        // A crash is one even then.
        let isAnswer =
            switch end {
            case .exited, .signaled(SIGTERM), .signaled(SIGKILL): wasAsked
            case .signaled: false
            }
        let reason =
            switch end {
            case .exited(0): "Completed"
            case .signaled(SIGKILL) where wasOOMKilled: "OOMKilled"
            case _ where isAnswer: "Stopped"
            case .signaled(SIGKILL): "Killed"
            case .exited, .signaled: "Error"
            }
        self.init(reason: reason, code: end.code)
    }
}
