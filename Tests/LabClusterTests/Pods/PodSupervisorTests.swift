import LabCluster
import LabCore
import LabTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("A pod's supervisor", .timeLimit(.minutes(1)))
struct PodSupervisorTests {
    private static func policy(
        _ condition: RestartPolicy.Condition,
        after delay: Duration = .milliseconds(1)
    ) -> RestartPolicy {
        RestartPolicy(condition: condition, initialDelay: delay)
    }

    @Test("begins lives until one is good enough for the policy")
    func lives() async throws {
        let pod = try SupervisedPod({ $0 < 2 ? "exit \($0 + 1)" : "exit 0" }, Self.policy(.onFailure))
        try await pod.supervise { try await $0.until("over") }
        #expect(
            pod.diary.lines == [
                "life 0", "Error 1", "waits", "life 1", "Error 2", "waits", "life 2", "Completed 0", "over",
            ]
        )
    }

    @Test("does not start a pod that ends at once again and again, whatever its policy says of delays")
    func noSpin() async throws {
        let pod = try SupervisedPod({ _ in "exit 1" }, Self.policy(.always, after: .zero))
        let start = ContinuousClock.now
        try await pod.supervise { pod in
            try await eventually("eight lives are over") { pod.diary.exits.count >= 8 }
        }
        // 1 + 2 + 4 + … + 64 ms
        #expect(ContinuousClock.now - start >= .milliseconds(127))
    }

    @Test("ends the living pod when its task is cancelled, and begins no other")
    func cancelled() async throws {
        let pod = try SupervisedPod({ _ in SupervisedPod.obedient }, Self.policy(.always))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pod.supervisor.run() }
            try await pod.untilUp(1)
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(pod.diary.lines == ["life 0", "life 0 is asked to end", "Completed 0", "over"])
        #expect(pod.remains == [])
    }

    @Test("stops a pod for good, and returns when it is gone")
    func stop() async throws {
        let pod = try SupervisedPod({ _ in SupervisedPod.obedient }, Self.policy(.always))
        try await pod.supervise { pod in
            try await pod.untilUp(1)
            await pod.supervisor.stop()
            #expect(pod.diary.lines == ["life 0", "life 0 is asked to end", "Completed 0", "over"])
            #expect(pod.remains == [])
            // Too late for another life, and nobody waits for ever.
            try await pod.replace(segment: 1)
            await pod.supervisor.stop()
        }
        #expect(pod.diary.lines.count == 4)
    }

    @Test("never begins a pod that was stopped before")
    func stoppedBefore() async throws {
        let pod = try SupervisedPod { _ in SupervisedPod.obedient }
        await pod.supervisor.stop()
        try await pod.supervisor.run()
        #expect(pod.diary.lines == ["over"])
    }

    @Test("stops a pod that waits for its next life, without waiting with it")
    func stopDuringBackOff() async throws {
        let pod = try SupervisedPod({ _ in "exit 3" }, Self.policy(.always, after: .seconds(1_000)))
        try await pod.supervise { try await $0.until("waits") }
        #expect(pod.diary.lines == ["life 0", "Error 3", "waits", "over"])
    }

    @Test(
        "tells of a pod that the lab had to end otherwise than it was asked to",
        arguments: [
            (SupervisedPod.stubborn, "Stopped 137"), ("echo up; exec sleep 1000", "Stopped 143"),
            ("trap 'exit 4' TERM; echo up; while true; do sleep 0.01; done", "Stopped 4"),
        ]
    )
    func unwilling(script: String, exit: String) async throws {
        let pod = try SupervisedPod({ _ in script }, grace: .milliseconds(200))
        try await pod.supervise { try await $0.untilUp(1) }
        #expect(pod.diary.lines == ["life 0", "life 0 is asked to end", exit, "over"])
        #expect(pod.remains == [])
    }

    @Test("tells of a pod that somebody else has killed")
    func killed() async throws {
        let pod = try SupervisedPod { _ in SupervisedPod.obedient }
        try await pod.supervise { pod in
            try await pod.untilUp(1)
            for pid in pod.diary.pids { kill(pid, SIGKILL) }
            try await pod.until("over")
        }
        #expect(pod.diary.lines == ["life 0", "Killed 137", "over"])
        #expect(pod.diary.exits.map(\.peakCharge) == [nil])
    }

    @Test("ends with a pod the processes that it has left")
    func orphans() async throws {
        let pod = try SupervisedPod { _ in "sleep 1000 & echo $!; exit 0" }
        try await pod.supervise { try await $0.until("over") }
        let log = try #require(TextFile.contents(of: pod.folder.file("log")))
        let orphan = try #require(Int32(log.dropLast()))
        try await eventually("the orphan is gone") { ProcessIdentity(ofRunning: orphan) == nil }
    }

    @Test("says that a pod is over even if a life cannot be prepared, and keeps nobody waiting")
    func unprepared() async throws {
        let diary = PodDiary()
        let specification = PodSpecification(
            name: "pod-0",
            variant: "pod",
            ordinal: 0,
            memoryLimit: nil,
            restart: RestartPolicy(condition: .always),
            gracePeriod: .zero
        ) { _ in throw LabError("no room") }
        let supervisor = PodSupervisor(
            specification,
            control: .none(reason: "not needed"),
            cgroupName: "none",
            guardian: Guardian(),
            observer: diary
        )
        async let replaced: Void = supervisor.replace(with: specification)
        await #expect(throws: LabError("no room")) { try await supervisor.run() }
        await replaced
        await supervisor.stop()
        #expect(diary.lines == ["over"])
    }
}
