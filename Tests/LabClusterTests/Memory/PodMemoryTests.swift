import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

@Suite("A pod's memory limit", .timeLimit(.minutes(1)))
struct PodMemoryTests {
    private static let control = MemoryControl.detect()
    /// Of shell variables.
    private static func taking(_ megabytes: Int) -> String {
        "x=$(head -c \(megabytes)000000 /dev/zero | tr '\\0' x)"
    }

    /// A command that takes so much at once in a process of its own, of which the kernel has one to kill; where a shell
    /// reads what others write, it may take those as well.
    private static func grabbing(_ megabytes: Int) -> String {
        "dd if=/dev/zero of=/dev/null bs=\(megabytes)M count=1 status=none"
    }

    @Test(
        "is the new one when a pod has been replaced, be it higher, lower, or none",
        .enabled("needs a memory cgroup, v1 or v2") { control.place != nil }
    )
    func changes() async throws {
        let limits: [ByteCount?] = [
            .mebibytes(64), .mebibytes(256), .mebibytes(32), nil, .mebibytes(48), nil,
        ]
        let pod = try SupervisedPod({ _ in SupervisedPod.obedient }, limit: limits[0], control: Self.control)
        try await pod.supervise { pod in
            for segment in 1..<limits.count {
                try await pod.untilUp(segment)
                try await pod.replace(limit: limits[segment], segment: segment)
            }
        }
        #expect(pod.diary.cgroups.count == 1)
        #expect(pod.diary.limits.count == limits.count)
        for (limit, shown) in zip(limits, pod.diary.limits) {
            if let limit {
                #expect(shown == String(limit.bytes))
            } else {
                // “max”, or the highest number that version 1 knows.
                #expect(shown.flatMap { Int64($0) } ?? .max > ByteCount.mebibytes(1 << 30).bytes)
            }
        }
        #expect(pod.remains == [])
    }

    @Test(
        "kills a pod that exceeds it, and the next life may have more",
        .enabled("needs a memory cgroup, v1 or v2") { control.place != nil }
    )
    func exceeded() async throws {
        let greedy = "\(Self.taking(64)); echo up; exit 0"
        let pod = try SupervisedPod({ _ in greedy }, limit: .mebibytes(16), control: Self.control)
        try await pod.supervise { pod in
            try await pod.until("over")
            try await pod.replace(greedy, limit: .mebibytes(512), segment: 1)
            try await pod.until("Completed 0")
        }
        #expect(pod.diary.exits.map(\.reason) == ["OOMKilled", "Completed"])
        #expect(pod.diary.exits.map(\.code) == [137, 0])
        let first = try #require(pod.diary.exits.first?.peakCharge)
        #expect((ByteCount.mebibytes(12).bytes...ByteCount.mebibytes(16).bytes).contains(first))
        #expect(pod.remains == [])
    }

    @Test(
        "has a peak for each life of its own",
        .enabled("needs a memory cgroup of version 1") { control.place?.version == 1 }
    )
    func peaks() async throws {
        let pod = try SupervisedPod(
            { life in life == 1 ? "\(Self.taking(48)); exit 1" : "exit \(life == 2 ? 0 : 1)" },
            RestartPolicy(condition: .onFailure, initialDelay: .milliseconds(1)),
            limit: .mebibytes(512),
            control: Self.control
        )
        try await pod.supervise { try await $0.until("over") }
        let peaks = pod.diary.exits.map { $0.peakCharge ?? 0 }
        try #require(peaks.count == 3)
        #expect(peaks[1] > 48_000_000)
        #expect(peaks[0] > 0 && peaks[0] < 30_000_000)
        #expect(peaks[2] > 0 && peaks[2] < 30_000_000)
    }

    @Test(
        "that kills another process of the pod has not killed the pod",
        .enabled("needs a memory cgroup of version 1") { control.place?.version == 1 }
    )
    func childKilled() async throws {
        let pod = try SupervisedPod(
            { _ in "\(Self.grabbing(64)); \(SupervisedPod.stubborn)" },
            limit: .mebibytes(16),
            control: Self.control
        )
        try await pod.supervise { pod in
            try await pod.until("life 0 lost a process")
            for pid in pod.diary.pids { kill(pid, SIGKILL) }
            try await pod.until("over")
        }
        #expect(pod.diary.lines == ["life 0", "life 0 lost a process", "Killed 137", "over"])
    }

    @Test(
        "that kills other processes of the pod and then the pod has killed each of them once",
        .enabled("needs a memory cgroup of version 1") { control.place?.version == 1 }
    )
    func everyKill() async throws {
        let child = Self.grabbing(64)
        let pod = try SupervisedPod(
            { _ in "\(child); \(child); \(child); exec \(child)" },
            limit: .mebibytes(16),
            control: Self.control
        )
        try await pod.supervise { try await $0.until("over") }
        let lost = Array(repeating: "life 0 lost a process", count: 3)
        #expect(pod.diary.lines == ["life 0"] + lost + ["OOMKilled 137", "over"])
    }

    @Test(
        "that has killed another process does not tell of a pod that ends by itself that it was killed",
        .enabled("needs a memory cgroup of version 1") { control.place?.version == 1 }
    )
    func endedAfterwards() async throws {
        let pod = try SupervisedPod(
            { _ in "\(Self.grabbing(64)); exit 3" },
            limit: .mebibytes(16),
            control: Self.control
        )
        try await pod.supervise { try await $0.until("over") }
        #expect(pod.diary.lines == ["life 0", "life 0 lost a process", "Error 3", "over"])
    }

    @Test("of the watchdog is for the children too, and kills them with the pod as one")
    func watchedChildren() async throws {
        let child = "sh -c '\(Self.taking(24).replacing("'", with: "\"")); sleep 60; true' & "
        let control = try MemoryControl.choose(.watchdog)
        let pod = try SupervisedPod(
            { _ in "\(child)\(child)\(child)wait" },
            limit: .mebibytes(48),
            control: control
        )
        try await pod.supervise { try await $0.until("over") }
        #expect(pod.diary.lines == ["life 0", "OOMKilled 137", "over"])
        #expect(try #require(pod.diary.exits.first?.peakCharge) > ByteCount.mebibytes(48).bytes)
        #expect(pod.remains == [])
    }

    @Test("is held by the watchdog where it is asked to")
    func watchdog() async throws {
        let greedy = "\(Self.taking(64)); echo up; sleep 1000; true"
        let control = try MemoryControl.choose(.watchdog)
        let pod = try SupervisedPod({ _ in greedy }, limit: .mebibytes(16), control: control)
        try await pod.supervise { pod in
            try await pod.until("over")
            try await pod.replace(greedy, limit: .mebibytes(512), segment: 1)
            try await pod.untilUp(1)
            try await pod.replace(limit: .mebibytes(512), segment: 2)
            try await pod.untilUp(2)
        }
        #expect(pod.diary.exits.map(\.reason) == ["OOMKilled", "Stopped", "Completed"])
        #expect(pod.diary.exits.first?.code == 137)
        let peaks = pod.diary.exits.map { $0.peakCharge ?? 0 }
        try #require(peaks.count == 3)
        #expect(peaks[0] > ByteCount.mebibytes(16).bytes)
        #expect(peaks[2] < 30_000_000)
        #expect(pod.diary.cgroups.isEmpty)
        #expect(pod.remains == [])
    }
}
