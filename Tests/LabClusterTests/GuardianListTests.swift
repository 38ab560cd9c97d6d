import LabCluster
import Testing

@Suite("The guardian's list")
struct GuardianListTests {
    private func list(_ lines: String...) -> GuardianList {
        var list = GuardianList()
        for line in lines { list.take(line) }
        return list
    }

    @Test("takes process groups, cgroups and folders, and gives them up again")
    func protocolOfLines() {
        var kept = list(
            "group 42",
            "group 43",
            "cgroup /sys/fs/cgroup/a b",
            "folder /dev/shm/leaklab-1",
            "-group 42"
        )
        #expect(kept.groups == [43])
        #expect(kept.cgroups == ["/sys/fs/cgroup/a b"])
        #expect(kept.folders == ["/dev/shm/leaklab-1"])
        kept.take("-cgroup /sys/fs/cgroup/a b")
        kept.take("-folder /dev/shm/leaklab-1")
        kept.take("-group 43")
        #expect(kept == GuardianList())
    }

    @Test(
        "passes over what it does not understand, and never takes the whole machine for a group",
        arguments: [
            "", " ", "group", "group ", "group x", "group 0", "group 1", "group -1", "group 99999999999",
            "groups 42",
            "-", "-group 42", "folder", "\u{0}", "group 42x",
        ]
    )
    func garbage(line: String) {
        #expect(list(line) == GuardianList())
    }

    @Test("gives up only what it had")
    func strangers() {
        #expect(list("group 42", "-group 43", "-cgroup 42", "-folder 42").groups == [42])
    }

    @Test("can be told again, line by line, and is the same then")
    func lines() {
        let list = list("group 9", "group 42", "cgroup /sys/a b", "folder /x", "-group 9", "nonsense")
        #expect(list.lines == ["group 42", "cgroup /sys/a b", "folder /x"])
        #expect(list.lines.reduce(into: GuardianList()) { $0.take($1) } == list)
    }
}
