import LabCluster
import LabCore
import LabTesting
import Testing

@Suite("A pod is replaced", .timeLimit(.minutes(1)))
struct PodReplacementTests {
    @Test("while it lives: the old life ends, the next one begins at once and with the new specification")
    func living() async throws {
        let pod = try SupervisedPod { _ in SupervisedPod.obedient }
        try await pod.supervise { pod in
            for segment in 1...3 {
                try await pod.untilUp(segment)
                try await pod.replace(segment: segment)
                #expect(pod.diary.segments == Array(0...segment))
            }
            try await pod.untilUp(4)
        }
        let lives = (0...3).flatMap { ["life \($0)", "life \($0) is asked to end", "Completed 0"] }
        #expect(pod.diary.lines == lives + ["over"])
        #expect(Set(pod.diary.pids).count == 4)
        #expect(pod.remains == [])
    }

    @Test("even if it does not listen, after its grace period")
    func stubborn() async throws {
        let pod = try SupervisedPod({ _ in SupervisedPod.stubborn }, grace: .milliseconds(100))
        try await pod.supervise { pod in
            try await pod.untilUp(1)
            let start = ContinuousClock.now
            try await pod.replace(segment: 1)
            #expect(ContinuousClock.now - start >= .milliseconds(100))
            try await pod.untilUp(2)
        }
        #expect(pod.diary.exits.map(\.reason) == ["Stopped", "Completed"])
    }

    @Test("during its back-off, which ends, and begins anew")
    func backOff() async throws {
        let policy = RestartPolicy(condition: .always, initialDelay: .seconds(1_000))
        let pod = try SupervisedPod({ _ in "exit 1" }, policy)
        try await pod.supervise { pod in
            try await pod.until("waits")
            try await pod.replace("exit 2", policy, segment: 1)
            try await eventually("it waits again") { pod.diary.delays.count == 2 }
            try await pod.replace(segment: 2)
            try await pod.untilUp(1)
        }
        #expect(
            pod.diary.lines == [
                "life 0", "Error 1", "waits", "life 1", "Error 2", "waits",
                "life 2", "life 2 is asked to end", "Completed 0", "over",
            ]
        )
        #expect(pod.diary.delays == [.seconds(1_000), .seconds(1_000)])
        #expect(pod.diary.segments == [0, 1, 2])
    }

    @Test("when it is over, and lives again")
    func over() async throws {
        let pod = try SupervisedPod { _ in "exit 0" }
        try await pod.supervise { pod in
            try await pod.until("over")
            try await pod.replace(segment: 1)
            try await pod.untilUp(1)
        }
        #expect(
            pod.diary.lines == [
                "life 0", "Completed 0", "over", "life 1", "life 1 is asked to end", "Completed 0", "over",
            ]
        )
    }

    @Test("before it has begun: the replacement lives in the end")
    func before() async throws {
        let pod = try SupervisedPod { _ in "exit 1" }
        async let replaced: Void = pod.replace(segment: 1)
        async let supervised: Void = pod.supervise { try await $0.untilUp(1) }
        // Either it is replaced before its first life or during it; both end with the replacement.
        try await replaced
        try await supervised
        #expect(pod.diary.segments.last == 1)
    }

    @Test("by many at once: all return, and the last life is one of theirs")
    func crowd() async throws {
        let pod = try SupervisedPod { _ in SupervisedPod.obedient }
        try await pod.supervise { pod in
            try await pod.untilUp(1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for segment in 1...8 { group.addTask { try await pod.replace(segment: segment) } }
                try await group.waitForAll()
            }
        }
        #expect(pod.diary.segments.first == 0)
        #expect(pod.diary.segments.count >= 2)
        #expect(pod.diary.lines.count(where: { $0 == "over" }) == 1)
        #expect(pod.remains == [])
    }

    @Test("and stopped at the same time: it ends")
    func stopped() async throws {
        for _ in 1...5 {
            let pod = try SupervisedPod { _ in SupervisedPod.obedient }
            try await pod.supervise { pod in
                async let replaced: Void = pod.replace(segment: 1)
                await pod.supervisor.stop()
                try await replaced
            }
            #expect(pod.diary.lines.last == "over")
            #expect(pod.remains == [])
        }
    }
}
