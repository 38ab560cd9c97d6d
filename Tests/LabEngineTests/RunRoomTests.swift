import LabCore
import Testing

@testable import LabEngine

@Suite("Room for a run")
struct RunRoomTests {
    @Test(
        "a machine that cannot hold the run is refused before it begins, in words and with what helps",
        arguments: [
            (
                RunRoom(descriptors: 32), "run: a process may have 32 files open, a run of 3 pods needs 78",
                "ulimit -n"
            ),
            (
                RunRoom(processes: 20),
                "run: 20 more processes and threads may be started, a run of 3 pods needs 108", "ulimit -u"
            ),
            (
                RunRoom(processes: -5),
                "run: 0 more processes and threads may be started, a run of 3 pods needs 108", "ulimit -u"
            ),
            (
                RunRoom(memory: .mebibytes(120)),
                "run: 120 MiB of memory are free, a run of 3 pods needs 176 MiB before its first event",
                "cgroup"
            ),
        ]
    )
    func refused(room: RunRoom, problem: String, hint: String) throws {
        let error = try #require(room.refusal(pods: 3))
        #expect(error.description == problem)
        #expect(error.hint?.contains(hint) == true)
        #expect(error.exitStatus == .capabilityMissing)
    }

    @Test("where nothing is limited, or enough is left, nothing is said")
    func accepted() {
        #expect(RunRoom().refusal(pods: 100) == nil)
        let room = RunRoom(descriptors: 78, processes: 108, memory: .mebibytes(176))
        #expect(room.refusal(pods: 3) == nil && room.refusal(pods: 4) != nil)
    }

    @Test("this machine, on which the tests run, has room for a run")
    func present() { #expect(RunRoom.present.refusal(pods: 4) == nil) }

    @Test("limits are looked for in the own cgroup and all that hold it, of either version")
    func cgroups() {
        let first = "9:name=systemd:/\n8:pids:/docker/x\n3:cpu,memory:/a/b\n"
        #expect(
            OwnCgroup.folders(in: first, of: "memory") == [
                "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/a/b", "/sys/fs/cgroup/memory/a",
            ]
        )
        #expect(OwnCgroup.folders(in: first, of: "pids")[1] == "/sys/fs/cgroup/pids/docker/x")
        #expect(
            OwnCgroup.folders(in: "0::/user.slice\n", of: "pids") == [
                "/sys/fs/cgroup", "/sys/fs/cgroup/user.slice",
            ]
        )
        #expect(OwnCgroup.folders(in: "nonsense", of: "memory") == [])
    }
}
