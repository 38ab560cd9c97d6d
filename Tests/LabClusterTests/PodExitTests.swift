import LabCore
import Testing

@testable import LabCluster

@Suite("A pod's exit is told in the kubelet's words")
struct PodExitTests {
    @Test(
        "by how the process ended, and by what the cgroup counted",
        arguments: [
            (ChildProcess.End.exited(0), false, PodExit(reason: "Completed", code: 0)),
            (.exited(1), false, PodExit(reason: "Error", code: 1)),
            (.exited(137), false, PodExit(reason: "Error", code: 137)),
            (.signaled(9), true, PodExit(reason: "OOMKilled", code: 137)),
            (.signaled(9), false, PodExit(reason: "Killed", code: 137)),
            (.signaled(15), false, PodExit(reason: "Error", code: 143)),
            (.signaled(11), false, PodExit(reason: "Error", code: 139)),
        ]
    )
    func classification(end: ChildProcess.End, wasOOMKilled: Bool, exit: PodExit) {
        #expect(PodSupervisor.exit(end, wasOOMKilled: wasOOMKilled) == exit)
    }
}
