import LabCluster
import LabCore
import LabTesting
import Synchronization
import Testing

@Suite("A pod's supervisor", .timeLimit(.minutes(1)))
struct PodSupervisorTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Writes down what it is told.
    final class Diary: PodObserver {
        private let lines = Mutex<[String]>([])
        var entries: [String] { lines.withLock { $0 } }

        func podStarted(_ pod: PodSpecification, life: Int, pid: Int32, cgroup: MemoryCgroup?) {
            add("\(pod.name) life \(life)")
        }
        func podEnded(_ pod: PodSpecification, life: Int, exit: PodExit) {
            add("\(pod.name) \(exit.reason) \(exit.code)")
        }
        func podBacksOff(_ pod: PodSpecification, for delay: Duration) { add("\(pod.name) waits") }
        func podIsOver(_ pod: PodSpecification) { add("\(pod.name) is over") }

        private func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private func run(
        _ script: @escaping @Sendable (Int) -> String,
        _ condition: RestartPolicy.Condition,
        _ diary: Diary
    ) async throws {
        let log = folder.file("log")
        let pod = PodSpecification(
            name: "pod-0",
            variant: "pod",
            ordinal: 0,
            memoryLimit: nil,
            restart: RestartPolicy(condition: condition, initialDelay: .milliseconds(1)),
            gracePeriod: .seconds(5)
        ) { life in
            ChildProcess(executable: "/bin/sh", arguments: ["-c", script(life)], logPath: log)
        }
        try await PodSupervisor(
            pod,
            control: .none(reason: "not needed"),
            cgroupName: "none",
            guardian: Guardian(writingTo: -1),
            observer: diary
        )
        .run()
    }

    @Test("begins lives until one is good enough for the policy")
    func lives() async throws {
        let diary = Diary()
        try await run({ $0 < 2 ? "exit \($0 + 1)" : "exit 0" }, .onFailure, diary)
        #expect(
            diary.entries == [
                "pod-0 life 0", "pod-0 Error 1", "pod-0 waits", "pod-0 life 1", "pod-0 Error 2",
                "pod-0 waits",
                "pod-0 life 2", "pod-0 Completed 0", "pod-0 is over",
            ]
        )
    }

    @Test("ends the living pod when it is cancelled, and begins no other")
    func cancelled() async throws {
        let diary = Diary()
        let script = "trap 'exit 0' TERM; echo up; while true; do sleep 0.01; done"
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await run({ _ in script }, .always, diary) }
            try await eventually("the pod is up") {
                TextFile.contents(of: folder.file("log"))?.isEmpty == false
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(diary.entries == ["pod-0 life 0", "pod-0 Completed 0", "pod-0 is over"])
    }

    @Test("says that it is over even if a life cannot be prepared")
    func unprepared() async throws {
        let diary = Diary()
        let pod = PodSpecification(
            name: "pod-0",
            variant: "pod",
            ordinal: 0,
            memoryLimit: nil,
            restart: RestartPolicy(condition: .always),
            gracePeriod: .zero
        ) { _ in throw LabError("no room") }
        let supervisor = PodSupervisor(
            pod,
            control: .none(reason: "not needed"),
            cgroupName: "none",
            guardian: Guardian(writingTo: -1),
            observer: diary
        )
        await #expect(throws: LabError("no room")) { try await supervisor.run() }
        #expect(diary.entries == ["pod-0 is over"])
    }
}
