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

    @Test("a kill for memory was not the pod's if the pod outlives it by two seconds, and one only then")
    func otherKills() {
        let memory = LifeMemory(cgroup: nil, watchdog: nil)
        let start = ContinuousClock.now
        func settles(_ count: Int, after seconds: Double, isAlive: Bool = true) -> Bool {
            memory.settle(count, at: start + .seconds(seconds)) { isAlive }
        }
        #expect(!settles(0, after: 0))
        #expect(!settles(1, after: 1))
        #expect(!settles(1, after: 2.9))
        #expect(!settles(1, after: 3.1, isAlive: false))
        #expect(settles(1, after: 3.2))
        #expect(!settles(1, after: 9))
        // Another one while the first is open starts the waiting anew.
        #expect(!settles(2, after: 10))
        #expect(!settles(3, after: 11))
        #expect(!settles(3, after: 12.5))
        #expect(settles(3, after: 13))
    }
}
