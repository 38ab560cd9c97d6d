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
}
