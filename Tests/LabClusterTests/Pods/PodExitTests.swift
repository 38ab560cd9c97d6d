import LabCore
import Testing

@testable import LabCluster

@Suite("A pod's exit is told in the kubelet's words")
struct PodExitTests {
    @Test(
        "by how the process ended, and by what was counted",
        arguments: [
            (ChildProcess.End.exited(0), false, PodExit(reason: "Completed", code: 0)),
            (.exited(0), true, PodExit(reason: "Completed", code: 0)),
            (.exited(1), false, PodExit(reason: "Error", code: 1)),
            (.exited(137), true, PodExit(reason: "Error", code: 137)),
            (.signaled(9), true, PodExit(reason: "OOMKilled", code: 137)),
            (.signaled(9), false, PodExit(reason: "Killed", code: 137)),
            (.signaled(15), false, PodExit(reason: "Error", code: 143)),
            (.signaled(11), true, PodExit(reason: "Error", code: 139)),
        ]
    )
    func classification(end: ChildProcess.End, wasOOMKilled: Bool, exit: PodExit) {
        #expect(PodExit(end, wasOOMKilled: wasOOMKilled, wasAsked: false) == exit)
    }

    @Test(
        "and in one more if the lab has asked it to end, unless it ended for a reason of its own",
        arguments: [
            (ChildProcess.End.exited(0), false, PodExit(reason: "Completed", code: 0)),
            (.exited(1), false, PodExit(reason: "Stopped", code: 1)),
            (.signaled(15), false, PodExit(reason: "Stopped", code: 143)),
            (.signaled(9), false, PodExit(reason: "Stopped", code: 137)),
            (.signaled(9), true, PodExit(reason: "OOMKilled", code: 137)),
            (.signaled(11), false, PodExit(reason: "Error", code: 139)),
        ]
    )
    func asked(end: ChildProcess.End, wasOOMKilled: Bool, exit: PodExit) {
        #expect(PodExit(end, wasOOMKilled: wasOOMKilled, wasAsked: true) == exit)
    }

    /// Milliseconds.
    private func settled(
        _ memory: LifeMemory,
        _ count: Int,
        at time: UInt64,
        isUnharmed: Bool = true
    ) -> [UInt64] {
        memory.settle(count, at: time * 1_000_000) { isUnharmed }.map { $0 / 1_000_000 }
    }

    @Test("a kill for memory was not the pod's if the pod is unharmed a moment later, and each counts")
    func otherKills() {
        let memory = LifeMemory(cgroup: nil, watchdog: nil)
        #expect(settled(memory, 0, at: 0) == [])
        #expect(settled(memory, 1, at: 1_000) == [])
        #expect(settled(memory, 1, at: 1_100) == [])
        #expect(settled(memory, 1, at: 1_200, isUnharmed: false) == [])
        #expect(settled(memory, 1, at: 1_300) == [1_000])
        #expect(settled(memory, 1, at: 9_000) == [])
        // Two between two looks, and another one while these are open.
        #expect(settled(memory, 3, at: 10_000) == [])
        #expect(settled(memory, 4, at: 10_100) == [])
        #expect(settled(memory, 4, at: 10_200) == [10_000, 10_000])
        #expect(settled(memory, 4, at: 10_300) == [10_100])
        // The group is gone.
        #expect(settled(memory, 0, at: 11_000) == [])
    }

    @Test(
        "at the end of a life one of the kills that are open was the pod's if it was killed, all if they are one",
        arguments: [
            (true, false, [10, 20] as [UInt64]), (true, true, []), (false, false, [10, 20, 30]),
            (false, true, [10, 20, 30]),
        ]
    )
    func lastKills(wasKilled: Bool, isOne: Bool, others: [UInt64]) {
        let memory = LifeMemory(cgroup: nil, watchdog: nil)
        for (count, time) in [(1, 10), (2, 20)] as [(Int, UInt64)] {
            #expect(memory.settle(count, at: time) { true } == [])
        }
        let end = memory.settleAll(3, at: 30, wasKilled: wasKilled, isOne: isOne)
        #expect(end == LifeMemory.End(wasOOMKilled: wasKilled, otherKills: others))
    }

    @Test(
        "a life in which the kernel killed nobody ends without a kill, however it ends",
        arguments: [true, false]
    )
    func noKills(wasKilled: Bool) {
        let memory = LifeMemory(cgroup: nil, watchdog: nil)
        #expect(memory.settleAll(0, at: 1, wasKilled: wasKilled, isOne: false) == LifeMemory.End())
    }

    @Test(
        "a process that a SIGKILL waits for is lost, whoever else it waits for",
        arguments: [
            ("SigPnd:\t0000000000000100\nShdPnd:\t0000000000000000\n", true),
            ("SigPnd:\t0000000000000000\nShdPnd:\t0000000000004100\n", true),
            ("SigPnd:\t0000000000000000\nShdPnd:\t0000000000004000\nSigIgn:\t0000000000000100\n", false),
            ("", false), ("SigPnd:\nShdPnd:\tmany\n", false),
        ]
    )
    func pendingKill(status: String, isPending: Bool) {
        #expect(ProcessFate.isKillPending(in: status) == isPending)
    }
}
