import Foundation
import LabCore
import LabTesting
import Testing

@testable import LabCluster

@Suite("A pod's memory cgroup", .timeLimit(.minutes(1)))
struct MemoryCgroupTests {
    /// Files as the kernel shows them, in a folder of the test's own.
    private func pretended(version: Int, _ files: [String: String]) throws -> MemoryCgroup {
        let folder = "\(NSTemporaryDirectory())leaklab-test-\(UUID().uuidString)"
        try Folder.make(folder)
        for (name, text) in files {
            #expect(TextFile.put(text, to: "\(folder)/\(name)", creating: true) == 0)
        }
        return MemoryCgroup(path: folder, version: version)
    }

    @Test("charges what the limit counts: usage without inactive file pages (version 2)")
    func charge2() throws {
        let group = try pretended(
            version: 2,
            [
                "memory.current": "10485760\n",
                "memory.stat": "anon 4194304\ninactive_file 2097152\ntotal_inactive_file 7\n",
                "memory.events": "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\n",
                "cgroup.procs": "17\n4242\n",
            ]
        )
        defer { Folder.remove(group.path) }
        #expect(group.charge() == ByteCount(8_388_608))
        #expect(group.oomKills() == 2)
        #expect(group.processes() == [17, 4_242])
    }

    @Test("charges the same in version 1, whose files have other names")
    func charge1() throws {
        let group = try pretended(
            version: 1,
            [
                "memory.usage_in_bytes": "10485760\n",
                "memory.stat": "inactive_file 7\ntotal_inactive_file 4194304\n",
                "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n",
            ]
        )
        defer { Folder.remove(group.path) }
        #expect(group.charge() == ByteCount(6_291_456))
        #expect(group.oomKills() == 5)
    }

    @Test("never charges less than nothing, and nothing is known of a group that is gone or makes no sense")
    func nonsense() throws {
        let small = try pretended(
            version: 2,
            ["memory.current": "10\n", "memory.stat": "inactive_file 20\n"]
        )
        defer { Folder.remove(small.path) }
        #expect(small.charge() == ByteCount(0))
        let odd = try pretended(
            version: 2,
            ["memory.current": "much\n", "memory.stat": "", "cgroup.procs": "x\n-\n"]
        )
        defer { Folder.remove(odd.path) }
        #expect(odd.charge() == nil)
        #expect(odd.oomKills() == 0)
        #expect(odd.processes() == [])
        let gone = MemoryCgroup(path: "/no/such/group", version: 1)
        #expect(gone.charge() == nil)
        gone.killAll()
        gone.remove()
    }

    @Test("cannot be made where there is no control, and the error says why")
    func none() {
        #expect(throws: LabError("memory cgroup: no luck", exitStatus: .capabilityMissing)) {
            try MemoryCgroup.create(named: "x", under: .none(reason: "no luck"), limit: nil)
        }
        let refusal = #expect(throws: LabError.self) {
            try MemoryCgroup.create(named: "x", under: .version1(root: "/no/such/place"), limit: nil)
        }
        #expect(refusal?.description == "/no/such/place/x: No such file or directory")
        #expect(refusal?.exitStatus == .capabilityMissing)
    }

    @Test("is limited in the order that the kernel wants: with swap first when raised, last when lowered")
    func order() throws {
        // Files cannot refuse anything: the order is seen from what is written when the other one cannot be.
        let group = try pretended(version: 1, ["memory.memsw.limit_in_bytes": "67108864\n"])
        defer { Folder.remove(group.path) }
        let written = { TextFile.contents(of: "\(group.path)/memory.memsw.limit_in_bytes") }
        #expect(throws: LabError.self) { try group.setLimit(.mebibytes(32)) }
        #expect(written() == "67108864\n")
        #expect(throws: LabError.self) { try group.setLimit(.mebibytes(128)) }
        #expect(written() == "134217728")
        #expect(throws: LabError.self) { try group.setLimit(nil) }
        #expect(written()?.hasPrefix("-1") == true)
    }

    @Test("of version 2 loses its limits of memory and swap together")
    func version2Limits() throws {
        let group = try pretended(
            version: 2,
            ["memory.max": "", "memory.swap.max": "", "memory.oom.group": ""]
        )
        defer { Folder.remove(group.path) }
        let read = { (name: String) in
            TextFile.contents(of: "\(group.path)/\(name)").map { String($0.prefix(9)) }
        }
        try group.setLimit(.mebibytes(128))
        #expect(read("memory.max") == "134217728")
        #expect(read("memory.swap.max") == "0")
        #expect(read("memory.oom.group") == "1")
        try group.setLimit(nil)
        #expect(read("memory.max")?.hasPrefix("max") == true)
        #expect(read("memory.swap.max")?.hasPrefix("max") == true)
    }

    @Test(
        "whose kernel cannot reset the record of its peak tells only what has risen above it",
        arguments: [(10, nil, 10), (10, 9, 10), (10, 10, nil), (9, 10, nil), (0, nil, 0)]
            as [(Int64, Int64?, Int64?)]
    )
    func peak(record: Int64, earlier: Int64?, peak: Int64?) {
        #expect(PeakProbe.peak(record, above: earlier) == peak)
    }

    @Test("that is gone has no peak")
    func noPeak() {
        #expect(PeakProbe(MemoryCgroup(path: "/no/such/group", version: 1)) == nil)
        #expect(PeakProbe(MemoryCgroup(path: "/no/such/group", version: 2)) == nil)
    }

    static var control: MemoryControl { .detect() }

    @Test(
        "of this machine holds a process to its limit, counts the kill, and goes away",
        .enabled("needs a memory cgroup, v1 or v2") { control.place != nil }
    )
    func real() async throws {
        let limit = ByteCount.mebibytes(16)
        let group = try MemoryCgroup.create(
            named: "leaklab-test-\(UUID().uuidString)",
            under: Self.control,
            limit: limit
        )
        defer { group.remove() }
        #expect(group.oomKills() == 0)
        // A shell joins the group before it takes more than the limit into a variable.
        let end = try await ChildProcess(
            executable: "/bin/sh",
            arguments: [
                "-c", "echo $$ > \(group.processList) && x=$(head -c 64000000 /dev/zero | tr '\\0' x)",
            ],
            logPath: "/dev/null"
        )
        .run { _ in }.end
        #expect(end != .exited(0))
        #expect(group.oomKills() >= 1)
        #expect(try #require(group.charge()) < limit)
    }

    @Test(
        "of this machine is not left behind if the kernel refuses its limit",
        .enabled("needs a memory cgroup, v1 or v2") { control.place != nil }
    )
    func refused() throws {
        let (root, name) = (try #require(Self.control.place).root, "leaklab-test-\(UUID().uuidString)")
        #expect(throws: LabError.self) {
            try MemoryCgroup.create(named: name, under: Self.control, limit: ByteCount(-7))
        }
        #expect(!Folder.entries(of: root).contains(name))
    }

    @Test(
        "of this machine ends all that is in it",
        .enabled("needs a memory cgroup, v1 or v2") { control.place != nil }
    )
    func killAll() async throws {
        let group = try MemoryCgroup.create(
            named: "leaklab-test-\(UUID().uuidString)",
            under: Self.control,
            limit: nil
        )
        defer { group.remove() }
        let child = ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", "echo $$ > \(group.processList); sleep 100 & sleep 100"],
            logPath: "/dev/null"
        )
        async let end = child.run { _ in }.end
        try await eventually("three processes are in it") { group.processes().count == 3 }
        group.killAll()
        try await eventually("none is left") { group.processes().isEmpty }
        #expect(try await end == .signaled(9))
        group.remove()
        #expect(TextFile.contents(of: group.processList) == nil)
    }
}
