import LabCore
import Testing

@testable import LabCluster

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("The place for memory cgroups is found")
struct MemoryControlTests {
    struct Machine: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let membership: String
        let mounts: String
        let candidates: [MemoryControl]
    }

    // Paths that do not exist on the machine that tests: the mount itself is used then, as in a container.
    static let machines = [
        Machine(
            testDescription: "version 2 alone",
            membership: "0::/user.slice/session-1.scope\n",
            mounts: "cgroup2 /no/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime 0 0\n",
            candidates: [.version2(root: "/no/cgroup")]
        ),
        Machine(
            testDescription: "version 1 alone",
            membership: "5:memory:/\n4:cpu,cpuacct:/\n",
            mounts: """
                cgroup /no/cgroup/cpu cgroup rw,relatime,cpu,cpuacct 0 0
                cgroup /no/cgroup/memory cgroup rw,relatime,memory 0 0

                """,
            candidates: [.version1(root: "/no/cgroup/memory")]
        ),
        Machine(
            testDescription: "both, the controller in version 1",
            membership: "5:memory:/a\n0::/b\n",
            mounts: """
                cgroup2 /no/cgroup/unified cgroup2 rw 0 0
                cgroup /no/cgroup/memory cgroup rw,memory 0 0
                """,
            candidates: [.version1(root: "/no/cgroup/memory"), .version2(root: "/no/cgroup/unified")]
        ),
        Machine(
            testDescription: "a container's own view",
            membership: "0::/\n",
            mounts: "cgroup /sys/fs/cgroup cgroup2 ro,nosuid 0 0\n",
            candidates: [.version2(root: "/sys/fs/cgroup")]
        ),
        Machine(
            testDescription: "a controller whose name begins alike",
            membership: "5:memory_recursiveprot:/\n",
            mounts: "cgroup /no/cgroup/x cgroup rw,memory_recursiveprot 0 0\n",
            candidates: []
        ),
        Machine(
            testDescription: "other file systems, and lines that are none",
            membership: "nonsense\n::\n",
            mounts: "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup2\n\n   \n/dev/sda1 / ext4 rw 0 0",
            candidates: []
        ),
        Machine(testDescription: "nothing at all", membership: "", mounts: "", candidates: []),
    ]

    @Test("among what is mounted", arguments: machines)
    func candidates(machine: Machine) {
        #expect(
            MemoryControl.candidates(membership: machine.membership, mounts: machine.mounts)
                == machine.candidates
        )
    }

    @Test("the process's own group is preferred to the mount, where the mount shows it")
    func ownGroup() {
        let found = MemoryControl.candidates(
            membership: "0::/self\n",
            mounts: "cgroup2 /proc cgroup2 rw 0 0\n"
        )
        #expect(found == [.version2(root: "/proc/self")])
    }

    @Test("and the group stays the place when the lab has moved into a leaf of it")
    func leaf() {
        let found = MemoryControl.candidates(
            membership: "0::/self/leaklab-lab\n",
            mounts: "cgroup2 /proc cgroup2 rw 0 0\n"
        )
        #expect(found == [.version2(root: "/proc/self")])
    }

    @Test("the detected place is among the possible ones")
    func places() {
        guard let detected = MemoryControl.detect().place else { return }
        #expect(MemoryControl.possiblePlaces().contains { $0 == detected })
    }

    @Test("and each kind says what it is")
    func words() {
        #expect(MemoryControl.version2(root: "/x").explanation == "cgroup v2 below /x")
        #expect(MemoryControl.version1(root: "/x").name == "cgroup v1")
        #expect(MemoryControl.none(reason: "no luck").explanation == "none: no luck")
        #expect(MemoryControl.none(reason: "no luck").place == nil)
        #expect(MemoryControl.watchdog(reason: "no luck").explanation == "watchdog: no luck")
        #expect(MemoryControl.watchdog(reason: "no luck").place == nil)
        #expect(MemoryControl.watchdog(reason: "no luck").isWatchdog)
        #expect(!MemoryControl.none(reason: "no luck").isWatchdog)
    }

    // MARK: - The choice

    private static let nowhere = "cgroup /no/cgroup/memory cgroup rw,memory 0 0\n"
    private static let refusal = "/no/cgroup/memory/leaklab-probe-…: No such file or directory"

    /// Without what is different in each name of a probe.
    private func nameless(_ text: String) -> String {
        text.replacing(/leaklab-probe-\d+-[0-9a-f]+/, with: "leaklab-probe-…")
    }

    @Test(
        "and where there is none the watchdog steps in, with the reason",
        .enabled("needs to see what a process keeps in memory") { MemoryControl.isReadable },
        arguments: [
            ("5:memory:/\n", nowhere, refusal), ("5:memory:/\n", "", "no memory controller is mounted"),
            (nil, nil, "this system has no cgroups"), ("", nil, "no memory controller is mounted"),
        ] as [(String?, String?, String)]
    )
    func fallback(membership: String?, mounts: String?, reason: String) throws {
        let found = MemoryControl.detect(membership: membership, mounts: mounts)
        #expect(nameless(found.explanation) == "watchdog: \(reason)")
        let chosen = try MemoryControl.choose(.auto, membership: membership, mounts: mounts)
        #expect(nameless(chosen.explanation) == nameless(found.explanation))
    }

    @Test("but not if somebody insists on cgroups, who is told why and what to do")
    func insisted() {
        let error = #expect(throws: LabError.self) {
            try MemoryControl.choose(.cgroup, membership: "5:memory:/\n", mounts: Self.nowhere)
        }
        #expect(
            error.map { nameless($0.description) } == "memory limits: no cgroup can be had: \(Self.refusal)"
        )
        #expect(error?.hint?.contains("systemd-run --user --scope -p Delegate=yes leaklab …") == true)
        #expect(error?.exitStatus == .capabilityMissing)
    }

    @Test("whoever wants the watchdog or nothing gets it, cgroups or not")
    func wishes() throws {
        #expect(try MemoryControl.choose(.none) == .none(reason: "not wanted"))
        if MemoryControl.isReadable { #expect(try MemoryControl.choose(.watchdog).isWatchdog) }
        #expect(MemoryControlChoice.allCases.map(\.rawValue) == ["auto", "cgroup", "watchdog", "none"])
    }

    @Test(
        "whoever insists on cgroups gets them where they are",
        .enabled("needs a memory cgroup, v1 or v2") { MemoryControl.detect().place != nil }
    )
    func cgroupHere() throws {
        #expect(try MemoryControl.choose(.cgroup) == MemoryControl.detect())
        #expect(try MemoryControl.choose(.auto) == MemoryControl.detect())
    }

    @Test("numbers of a control file are read, and other lines passed over")
    func numbers() {
        let text = "cache 12\nrss -3\ninactive_file 9223372036854775807\ntoo many words\nnot number\n\nlast 5"
        #expect(
            TextFile.numbers(in: text) == ["cache": 12, "rss": -3, "inactive_file": .max, "last": 5]
        )
    }
}
