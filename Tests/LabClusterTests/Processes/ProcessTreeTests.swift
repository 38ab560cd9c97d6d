import LabCore
import LabTesting
import Testing

@testable import LabCluster

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Pods of several processes, as they are without a cgroup.
@Suite(
    "The process tree of a pod",
    .timeLimit(.minutes(1)),
    .enabled("needs to see what a process keeps in memory") { MemoryControl.isReadable }
)
struct ProcessTreeTests {
    private let folder: TestFolder
    private let mark = "a test/0/\(UInt64.random(in: 0...(.max)))"

    init() throws { folder = try TestFolder() }

    /// Runs a script of the shell while `body` looks at it, and kills what it leaves.
    private func with(
        _ script: String,
        _ body: @escaping @Sendable (PodProcesses) async throws -> Void
    ) async throws {
        var child = ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: [ProcessTree.variable: mark],
            logPath: folder.file("log")
        )
        child.gracePeriod = .zero
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        try await withThrowingTaskGroup(of: Void.self) { [child] group in
            group.addTask { _ = try await child.run { started.yield($0) } }
            for await pid in pids.prefix(1) {
                let processes = PodProcesses(pid: pid, mark: mark)
                defer { processes.killAll() }
                try await body(processes)
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func log() -> [Substring] {
        (TextFile.contents(of: folder.file("log")) ?? "").split(separator: "\n")
    }

    private func pid(_ name: String) async throws -> Int32 {
        try await eventually("\(name) has said its pid") { log().contains { $0.hasPrefix("\(name) ") } }
        let line = try #require(log().first { $0.hasPrefix("\(name) ") })
        return try #require(Int32(line.dropFirst(name.count + 1)))
    }

    /// A daemon as the book has it: two forks and a session of its own, so that nothing but its environment tells where
    /// it comes from.
    private static let daemon = "setsid sh -c 'sh -c \"echo daemon \\$\\$; exec sleep 60\" & true'"

    @Test("holds daemons, and kills them with the rest")
    func daemons() async throws {
        try await with("\(Self.daemon); sh -c 'echo child $$; exec sleep 60' & wait; sleep 60") { processes in
            let (daemon, child) = (try await pid("daemon"), try await pid("child"))
            try await eventually("all are found") {
                Set(processes.list() ?? []).isSuperset(of: [processes.pid, daemon, child])
            }
            #expect(
                TextFile.contents(of: "/proc/\(daemon)/stat").map { ProcessStatistics(parsing: $0)?.session }
                    != getsid(0)
            )
            processes.killAll()
            for pid in [daemon, child] { #expect(ProcessIdentity(ofRunning: pid) == nil) }
        }
    }

    @Test("is killed to the last daemon when the first process has ended by itself")
    func orphaned() async throws {
        try await with("\(Self.daemon); exit 0") { processes in
            let daemon = try await pid("daemon")
            try await eventually("the first has ended") { ProcessIdentity(ofRunning: processes.pid) == nil }
            #expect(ProcessIdentity(ofRunning: daemon) != nil)
            processes.killAll()
            #expect(ProcessIdentity(ofRunning: daemon) == nil)
        }
    }

    /// Takes memory, twice as much while it does, and forks four times: what all have counts once.
    private static let forking = """
        x=$(head -c 24000000 /dev/zero | tr '\\0' x)
        for i in 1 2 3 4; do (echo forked; while true; do sleep 0.05; done) & done
        while true; do sleep 0.05; done
        """
    private static let least = 22_000_000
    private static let most = 80_000_000

    private func untilForked() async throws {
        try await eventually("it has forked") { log().count { $0 == "forked" } == 4 }
    }

    @Test("counts once what a fork has left to parent and children")
    func fork() async throws {
        try await with(Self.forking) { processes in
            try await untilForked()
            let probe = try #require(PodMemoryProbe(pid: processes.pid, list: { processes.list() }))
            let all = try #require(PodProcessesProbe(pid: processes.pid, list: { processes.list() }))
            try await eventually("all are found") { all.read()?.processes ?? 0 >= 5 }
            // Each child also becomes a `sleep` again and again, so that one reading may miss a process.
            let once = Double(Self.least)...Double(Self.most)
            try await eventually("what they share counts once") {
                once.contains(Double(probe.read()?.bytes ?? 0)) && once.contains(all.read()?.sum[.rss] ?? 0)
            }
        }
    }

    @Test("is spared by the watchdog for memory that forks have not multiplied")
    func spared() async throws {
        try await with(Self.forking) { processes in
            let watchdog = MemoryWatchdog(interval: .milliseconds(2))
            watchdog.watch(processes.pid, limit: ByteCount(Int64(Self.most)), tree: processes.tree)
            try await untilForked()
            try await eventually("all are found") { processes.list()?.count ?? 0 >= 5 }
            try await eventually("it has taken its memory") {
                watchdog.record(of: processes.pid)?.peak?.bytes ?? 0 > Self.least
            }
            let record = try #require(watchdog.release(processes.pid))
            #expect(!record.hasKilled)
            #expect(ProcessIdentity(ofRunning: processes.pid) != nil)
        }
    }

    @Test("is killed by the watchdog for what its children keep, a daemon included")
    func childKept() async throws {
        let growing =
            "setsid sh -c 'x=$(head -c 1000000 /dev/zero | tr \"\\0\" x); echo child $$; "
            + "while true; do x=$x$x; sleep 0.05; done' & \(Self.daemon); while true; do sleep 0.05; done"
        try await with(growing) { processes in
            let watchdog = MemoryWatchdog(interval: .milliseconds(2))
            watchdog.watch(processes.pid, limit: .mebibytes(48), tree: processes.tree)
            let (daemon, child) = (try await pid("daemon"), try await pid("child"))
            try await eventually("the first has ended") { ProcessIdentity(ofRunning: processes.pid) == nil }
            let record = try #require(watchdog.release(processes.pid))
            #expect(record.hasKilled && record.peak ?? ByteCount(0) > .mebibytes(48))
            try await eventually("the others are gone") {
                ProcessIdentity(ofRunning: child) == nil && ProcessIdentity(ofRunning: daemon) == nil
            }
        }
    }

    @Test("is killed by the guardian if the lab is gone, with who has left the group")
    func guardian() async throws {
        let child = "setsid sh -c 'echo child $$; exec sleep 60' & sleep 60"
        try await with(child) { processes in
            let child = try await pid("child")
            var list = GuardianList()
            list.take("pod \(processes.pid)")
            list.endEverything()
            try await eventually("all are gone") {
                [processes.pid, child].allSatisfy { ProcessIdentity(ofRunning: $0) == nil }
            }
        }
    }

    @Test("a process that cannot be read is counted as such, one that has ended is not missed")
    func unread() async throws {
        try await with("sleep 60 & wait") { processes in
            let hidden = try #require(PodProcessesProbe(pid: processes.pid, list: { [processes.pid, 0, 0] }))
            #expect(try #require(hidden.read()).unread == 1)
            let gone = try await ChildProcess(executable: "/bin/true", arguments: [], logPath: "/dev/null")
                .run { _ in }.pid
            let probe = try #require(PodProcessesProbe(pid: processes.pid, list: { [processes.pid, gone] }))
            let reading = try #require(probe.read())
            #expect(reading.processes == 1 && reading.unread == 0 && reading.sum[.rss] ?? 0 > 0)
            let blind = try #require(PodProcessesProbe(pid: processes.pid, list: { nil }))
            #expect(try #require(blind.read()).unread == 1)
        }
    }
}
