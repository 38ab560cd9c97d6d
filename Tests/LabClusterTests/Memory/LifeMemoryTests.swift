import Foundation
import LabCore
import Testing

@testable import LabCluster

@Suite("Whom a kill for memory has hit", .timeLimit(.minutes(1)))
struct LifeMemoryTests {
    /// Files as the kernel of a version shows them.
    private final class Group: Sendable {
        let cgroup: MemoryCgroup

        init(version: Int, killsTogether: Bool = false) throws {
            let folder = "\(NSTemporaryDirectory())leaklab-test-\(UUID().uuidString)"
            try Folder.make(folder)
            cgroup = MemoryCgroup(path: folder, version: version)
            if version == 2 { write(killsTogether ? "1\n" : "0\n", to: "memory.oom.group") }
            count(0)
        }

        deinit { Folder.remove(cgroup.path) }

        func count(_ kills: Int) {
            if cgroup.version == 2 {
                write("low 0\noom 9\noom_kill \(kills)\noom_group_kill 0\n", to: "memory.events")
            } else {
                write("oom_kill_disable 0\nunder_oom 0\noom_kill \(kills)\n", to: "memory.oom_control")
            }
        }

        private func write(_ text: String, to name: String) {
            #expect(TextFile.put(text, to: "\(cgroup.path)/\(name)", creating: true) == 0)
        }
    }

    @Test("is seen while the pod lives on, once for each", arguments: [1, 2])
    func outlived(version: Int) async throws {
        let group = try Group(version: version)
        let memory = LifeMemory(cgroup: group.cgroup, watchdog: nil)
        group.count(2)
        let own = ProcessIdentity.own.pid
        #expect(await memory.outlivedKills(own).count == 2)
        group.count(3)
        #expect(await memory.outlivedKills(own).count == 1)
        #expect(memory.ended(pid: own, wasKilled: true) == LifeMemory.End())
    }

    @Test(
        "is the pod and one less of its processes, or all as one where the kernel kills them together",
        arguments: [(1, false, 2), (2, false, 2), (2, true, 0)]
    )
    func killed(version: Int, killsTogether: Bool, others: Int) throws {
        let group = try Group(version: version, killsTogether: killsTogether)
        let memory = LifeMemory(cgroup: group.cgroup, watchdog: nil)
        group.count(3)
        let end = memory.ended(pid: 1 << 22, wasKilled: true)
        #expect(end.wasOOMKilled && end.otherKills.count == others)
    }

    @Test("is none of a life's if it was counted before")
    func earlier() throws {
        let group = try Group(version: 1)
        group.count(7)
        let memory = LifeMemory(cgroup: group.cgroup, watchdog: nil)
        #expect(memory.ended(pid: 1 << 22, wasKilled: true) == LifeMemory.End())
    }

    @Test("a process that runs is unharmed, one that has ended is not")
    func fate() async throws {
        #expect(ProcessFate.isUnharmed(ProcessIdentity.own.pid))
        let ended = try await ChildProcess(executable: "/bin/true", arguments: [], logPath: "/dev/null")
            .run { _ in }.pid
        #expect(!ProcessFate.isUnharmed(ended))
    }
}
