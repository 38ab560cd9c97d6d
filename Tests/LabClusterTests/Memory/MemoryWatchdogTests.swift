import LabCore
import LabTesting
import Testing

@testable import LabCluster

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite(
    "The watchdog",
    .timeLimit(.minutes(1)),
    .enabled("needs to see what a process keeps in memory") { MemoryControl.isReadable }
)
struct MemoryWatchdogTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Doubles a variable again and again.
    private static let growing = """
        x=$(head -c 1000000 /dev/zero | tr '\\0' x); echo up
        while true; do x=$x$x; echo grown; sleep 0.02; done
        """

    private func run(
        _ script: String,
        started: @escaping @Sendable (Int32) -> Void
    ) async throws -> (end: ChildProcess.End, pid: Int32) {
        try await ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", script],
            logPath: folder.file("log")
        )
        .run(started: started)
    }

    @Test("kills a process that grows beyond its limit, and says so")
    func kills() async throws {
        let watchdog = MemoryWatchdog()
        let limit = ByteCount.mebibytes(24)
        let (end, pid) = try await run(Self.growing) { watchdog.watch($0, limit: limit) }
        let record = try #require(watchdog.release(pid))
        #expect(end == .signaled(9))
        #expect(record.hasKilled)
        #expect(try #require(record.peak) > limit)
        #expect(watchdog.release(pid) == nil)
    }

    @Test("kills the whole process group")
    func group() async throws {
        let watchdog = MemoryWatchdog()
        let (_, pid) = try await run("sleep 1000 & echo $!; \(Self.growing)") {
            watchdog.watch($0, limit: .mebibytes(24))
        }
        #expect(watchdog.release(pid)?.hasKilled == true)
        let log = try #require(TextFile.contents(of: folder.file("log")))
        let sleeper = try #require(log.split(separator: "\n").first.flatMap { Int32($0) })
        try await eventually("the sleeper is gone") { ProcessIdentity(ofRunning: sleeper) == nil }
    }

    @Test("leaves alone what stays within its limit or has none, and knows its peak", arguments: [256, nil])
    func spares(mebibytes: Int64?) async throws {
        let watchdog = MemoryWatchdog(interval: .milliseconds(2))
        let flag = folder.file("flag")
        let script = """
            x=$(head -c 32000000 /dev/zero | tr '\\0' x)
            until [ -e \(flag) ]; do sleep 0.01; done
            """
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        async let ended = run(script) { pid in
            watchdog.watch(pid, limit: mebibytes.map { .mebibytes($0) })
            started.yield(pid)
        }
        for await pid in pids.prefix(1) {
            try await eventually("it has taken its memory") {
                watchdog.record(of: pid)?.peak ?? ByteCount(0) > ByteCount(32_000_000)
            }
        }
        #expect(TextFile.put("", to: flag, creating: true) == 0)
        let (end, pid) = try await ended
        let record = try #require(watchdog.release(pid))
        #expect(end == .exited(0))
        #expect(!record.hasKilled)
    }

    @Test("begins anew after it has had nothing to watch")
    func again() async throws {
        let watchdog = MemoryWatchdog(interval: .milliseconds(1))
        for _ in 1...3 {
            let (end, pid) = try await run(Self.growing) { watchdog.watch($0, limit: .mebibytes(16)) }
            #expect(end == .signaled(9))
            #expect(watchdog.release(pid)?.hasKilled == true)
        }
    }

    @Test("never takes to a process that is no more")
    func gone() async throws {
        let watchdog = MemoryWatchdog()
        let pid = try await run("exit 0") { _ in }.pid
        watchdog.watch(pid, limit: ByteCount(0))
        #expect(watchdog.release(pid) == nil)
    }

    // MARK: - What it reads

    @Test("counts anonymous and shared pages, not mapped files")
    func status() throws {
        let status = """
            Name:\tRssAnon: 9 kB
            VmRSS:\t   61440 kB
            RssAnon:\t   20480 kB
            RssFile:\t   40000 kB
            RssShmem:\t     960 kB
            VmData:\t  100000 kB

            """
        let kept = try #require(ProcessMemoryProbe.kept(in: Array(status.utf8)[...]))
        #expect(kept.anonymous == ByteCount(20_480 << 10))
        #expect(kept.shared == ByteCount(960 << 10))
        let pages = try #require(ProcessMemoryProbe.pages(in: Array("90000 15360 10240 7 0 9 0\n".utf8)[...]))
        #expect(pages == (15_360, 10_240))
    }

    @Test(
        "makes nothing of what is no such file",
        arguments: [
            "", "\n", "RssAnon:", "RssAnon:\t1 kB\n", "RssAnon:\t1 kB\nRssShmem:\t-2 kB\n",
            "RssAnon:\tmany kB\nRssShmem:\t1 kB\n", "RssShmem:\t1 kB\nRssAnon:\t1 kB\n",
            "RssAnon:\t9223372036854775807 kB\nRssShmem:\t9223372036854775807 kB\n",
            "RssAnon:\t9223372036854775807 kB\nRssShmem:\t0 kB\n", "RssAnon:\t99999999999999999999 kB\n",
        ]
    )
    func garbage(text: String) {
        #expect(ProcessMemoryProbe.kept(in: Array(text.utf8)[...]) == nil)
        #expect(ProcessMemoryProbe.pages(in: Array(text.utf8)[...]) == nil)
    }

    @Test("makes nothing of other lines of pages", arguments: ["1", "1 2", "1 2 x 4", "1 -2 3 4", "a b c d"])
    func noPages(text: String) {
        #expect(ProcessMemoryProbe.pages(in: Array(text.utf8)[...]) == nil)
    }

    @Test("sees memory that a process takes and gives back, shared with nobody or in a mapped file")
    func grows() throws {
        let probe = try #require(ProcessMemoryProbe(pid: getpid()))
        for flags in [MAP_PRIVATE | MAP_ANONYMOUS, MAP_SHARED | MAP_ANONYMOUS] {
            let (before, size) = (try #require(probe.read()).bytes, 96 << 20)
            let memory = try #require(mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0))
            memset(memory, 1, size)
            let during = try #require(probe.read()).bytes
            munmap(memory, size)
            let after = try #require(probe.read()).bytes
            // Other tests run in this process at the same time.
            #expect(during - before > 64 << 20)
            #expect(during - after > 64 << 20)
        }
    }

    @Test("reads this very process, and nothing of one that has ended")
    func own() async throws {
        let own = try #require(ProcessMemoryProbe(pid: getpid())?.read())
        #expect((1_000_000...10_000_000_000).contains(own.bytes))
        let ended = try await run("exit 0") { _ in }.pid
        #expect(ProcessMemoryProbe(pid: ended) == nil)
    }
}
