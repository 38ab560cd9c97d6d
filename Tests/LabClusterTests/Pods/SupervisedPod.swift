import Foundation
import LabCluster
import LabCore
import LabTesting
import Synchronization

/// Writes down what it is told of a pod.
final class PodDiary: PodObserver {
    private struct Notes {
        var lines: [String] = []
        var pids: [Int32] = []
        var segments: [Int] = []
        var exits: [PodExit] = []
        var delays: [Duration] = []
        var limits: [String?] = []
        var cgroups: Set<MemoryCgroup> = []
    }

    private let notes = Mutex(Notes())
    var lines: [String] { notes.withLock { $0.lines } }
    /// One for each life, as are segments and limits.
    var pids: [Int32] { notes.withLock { $0.pids } }
    var segments: [Int] { notes.withLock { $0.segments } }
    var exits: [PodExit] { notes.withLock { $0.exits } }
    var delays: [Duration] { notes.withLock { $0.delays } }
    /// What the kernel shows as the limit when a life starts.
    var limits: [String?] { notes.withLock { $0.limits } }
    var cgroups: Set<MemoryCgroup> { notes.withLock { $0.cgroups } }

    func podStarted(_ pod: PodSpecification, life: Int, processes: PodProcesses) {
        notes.withLock { notes in
            notes.lines.append("life \(life)")
            notes.pids.append(processes.pid)
            notes.segments.append(pod.segment)
            guard let cgroup = processes.cgroup else { return }
            notes.cgroups.insert(cgroup)
            let file = cgroup.version == 2 ? "memory.max" : "memory.limit_in_bytes"
            notes.limits.append(TextFile.contents(of: "\(cgroup.path)/\(file)")?.filter { $0 != "\n" })
        }
    }

    func podStops(_ pod: PodSpecification, life: Int) { add("life \(life) is asked to end") }

    func podLostProcess(_ pod: PodSpecification, life: Int, at time: UInt64) {
        add("life \(life) lost a process")
    }

    func podEnded(_ pod: PodSpecification, life: Int, exit: PodExit) {
        notes.withLock { notes in
            notes.lines.append("\(exit.reason) \(exit.code)")
            notes.exits.append(exit)
        }
    }

    func podBacksOff(_ pod: PodSpecification, for delay: Duration) {
        notes.withLock { notes in
            notes.lines.append("waits")
            notes.delays.append(delay)
        }
    }

    func podIsOver(_ pod: PodSpecification) { add("over") }

    private func add(_ line: String) { notes.withLock { $0.lines.append(line) } }
}

/// A shell script as a pod, and its supervisor.
final class SupervisedPod: Sendable {
    /// Says that it is up, and ends well when asked to.
    static let obedient = "trap 'exit 0' TERM; echo up; while true; do sleep 0.01; done"
    static let stubborn = "trap '' TERM; echo up; while true; do sleep 0.01; done"

    let diary = PodDiary()
    let folder: TestFolder
    let supervisor: PodSupervisor

    init(
        _ script: @escaping @Sendable (Int) -> String,
        _ restart: RestartPolicy = RestartPolicy(condition: .never),
        grace: Duration = .seconds(10),
        limit: ByteCount? = nil,
        control: MemoryControl = .none(reason: "not needed")
    ) throws {
        let folder = try TestFolder()
        self.folder = folder
        supervisor = PodSupervisor(
            try Self.specification(script, restart, grace: grace, limit: limit, in: folder),
            control: control,
            cgroupName: "leaklab-test-\(UUID().uuidString)",
            guardian: Guardian(),
            observer: diary
        )
    }

    private static func specification(
        _ script: @escaping @Sendable (Int) -> String,
        _ restart: RestartPolicy,
        grace: Duration,
        limit: ByteCount?,
        segment: Int = 0,
        in folder: TestFolder
    ) throws -> PodSpecification {
        let (log, launcher) = (folder.file("log"), try LabProgram.path())
        return PodSpecification(
            name: "pod-0",
            variant: "pod",
            ordinal: 0,
            segment: segment,
            memoryLimit: limit,
            restart: restart,
            gracePeriod: grace
        ) { life in
            var child = ChildProcess(executable: "/bin/sh", arguments: ["-c", script(life)], logPath: log)
            child.launcher = launcher
            return child
        }
    }

    func replace(
        _ script: String = obedient,
        _ restart: RestartPolicy = RestartPolicy(condition: .never),
        grace: Duration = .seconds(10),
        limit: ByteCount? = nil,
        segment: Int
    ) async throws {
        await supervisor.replace(
            with: try Self.specification(
                { _ in script },
                restart,
                grace: grace,
                limit: limit,
                segment: segment,
                in: folder
            )
        )
    }

    /// Supervises while `body` runs, then stops the pod.
    /// - Throws: what the supervisor or `body` throws.
    func supervise(_ body: (SupervisedPod) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.supervisor.run() }
            do {
                try await body(self)
            } catch {
                await supervisor.stop()
                throw error
            }
            await supervisor.stop()
            try await group.waitForAll()
        }
    }

    /// Waits until so many lives have said that they are up, and the diary knows of them, which may take longer.
    func untilUp(_ count: Int) async throws {
        try await eventually("\(count) lives are up") {
            let log = TextFile.contents(of: folder.file("log")) ?? ""
            return log.split(separator: "\n").count(where: { $0 == "up" }) >= count
                && diary.pids.count >= count
        }
    }

    func until(_ line: String) async throws {
        try await eventually("the diary says “\(line)”") { diary.lines.contains(line) }
    }

    /// Processes and cgroups that are still there, in words.
    var remains: [String] {
        diary.pids.filter { ProcessIdentity(ofRunning: $0) != nil }.map { "process \($0)" }
            + diary.cgroups.filter { TextFile.contents(of: $0.processList) != nil }.map(\.path)
    }
}
