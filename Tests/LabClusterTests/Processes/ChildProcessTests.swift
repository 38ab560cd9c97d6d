import LabCluster
import LabCore
import LabTesting
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("A child process", .timeLimit(.minutes(1)))
struct ChildProcessTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func shell(_ script: String, _ environment: [String: String] = [:]) -> ChildProcess {
        ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: environment,
            logPath: folder.file("log")
        )
    }

    @Test(
        "tells how it ended",
        arguments: [
            ("exit 0", ChildProcess.End.exited(0), 0 as Int32), ("exit 3", .exited(3), 3),
            ("kill -9 $$", .signaled(9), 137), ("kill -TERM $$", .signaled(15), 143),
        ]
    )
    func ends(script: String, end: ChildProcess.End, code: Int32) async throws {
        let ended = try await shell(script).run { _ in }
        #expect(ended.end == end)
        #expect(ended.end.code == code)
    }

    @Test("writes output and errors to the end of its log, and has its environment and a group of its own")
    func log() async throws {
        let child = shell("echo to $PLACE; echo and $$ >&2; ps -o pgid= -p $$", ["PLACE": "standard output"])
        let pids = Mutex<[Int32]>([])
        for _ in 1...2 {
            let pid = try await child.run { pid in pids.withLock { $0.append(pid) } }.pid
            #expect(pids.withLock { $0.last } == pid)
        }
        let lines = TextFile.contents(of: folder.file("log"))?.split(separator: "\n") ?? []
        #expect(lines.count == 6)
        #expect(lines.first == "to standard output")
        let told = pids.withLock { $0.map(String.init) }
        #expect([lines[1], lines[4]] == told.map { "and \($0)" })
        #expect([lines[2], lines[5]].map { $0.filter(\.isNumber) } == told)
    }

    @Test("that cannot be started is one clear error")
    func missing() async throws {
        let nowhere = ChildProcess(executable: "/no/such/program", arguments: [], logPath: folder.file("log"))
        let error = await #expect(throws: LabError.self) { _ = try await nowhere.run { _ in } }
        #expect(error?.description.hasPrefix("/no/such/program: cannot be started") == true)
        let silent = ChildProcess(executable: "/bin/true", arguments: [], logPath: "/no/such/folder/log")
        let other = await #expect(throws: LabError.self) { _ = try await silent.run { _ in } }
        #expect(other?.description.hasPrefix("/no/such/folder/log: cannot be written") == true)
    }

    /// Cancels the task of a child once it has written something.
    private func cancelled(_ child: ChildProcess) async throws -> ChildProcess.End? {
        try await withThrowingTaskGroup(of: ChildProcess.End.self) { group in
            group.addTask { try await child.run { _ in }.end }
            try await eventually("the child is up") { TextFile.contents(of: child.logPath)?.isEmpty == false }
            group.cancelAll()
            return try await group.next()
        }
    }

    @Test("whose task is cancelled is asked to end, and may do so in its own way")
    func graceful() async throws {
        let child = shell("trap 'exit 5' TERM; echo up; while true; do sleep 0.01; done")
        #expect(try await cancelled(child) == .exited(5))
    }

    @Test("that does not listen is killed after its grace period, not before")
    func stubborn() async throws {
        var child = shell("trap '' TERM; echo up; while true; do sleep 0.01; done")
        child.gracePeriod = .milliseconds(200)
        let start = ContinuousClock.now
        #expect(try await cancelled(child) == .signaled(9))
        #expect(ContinuousClock.now - start >= .milliseconds(200))
    }

    @Test("that is tied ends with its parent, though nobody ends it")
    func tied() async throws {
        let program = try LabProgram.path()
        let parent = shell(
            """
            LEAKLAB_PARENT=$$ \(program) launch -- /bin/sh -c 'echo $$; exec sleep 1000' &
            wait
            """
        )
        _ = try await parent.run { pid in
            let child = Mutex<Int32?>(nil)
            // The log has the child's pid once it is what it was to become.
            while child.withLock({ $0 }) == nil {
                let line = TextFile.contents(of: folder.file("log"))?.split(separator: "\n").first
                child.withLock { $0 = line.flatMap { Int32($0) } }
            }
            kill(pid, SIGKILL)
        }
        let line = TextFile.contents(of: folder.file("log"))?.split(separator: "\n").first
        let child = try #require(line.flatMap { Int32($0) })
        try await eventually("the child is gone", within: .seconds(2)) {
            ProcessIdentity(ofRunning: child) == nil
        }
    }

    @Test("that is tied to a parent which is gone already does not begin")
    func orphan() async throws {
        let program = try LabProgram.path()
        let child = shell("exec \(program) launch -- /bin/echo begun", [ChildProcess.parentVariable: "1"])
        #expect(try await child.run { _ in }.end == .signaled(SIGKILL))
        #expect(TextFile.contents(of: folder.file("log")) == "")
    }

    @Test("that is tied lives on, whatever other processes are started and end meanwhile")
    func tiedToTheProcess() async throws {
        let go = folder.file("go")
        var child = ChildProcess(
            executable: "/bin/sh",
            arguments: [
                "-c",
                "echo $LEAKLAB_PARENT up; while [ ! -e \(go) ]; do sleep 0.01; done; exit 7",
            ],
            logPath: folder.file("log")
        )
        child.tie = .launched
        child.launcher = try LabProgram.path()
        async let end = child.run { _ in }.end
        try await eventually("it is up") { TextFile.contents(of: folder.file("log"))?.isEmpty == false }
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { _ = try await shell("exit 0").run { _ in } } }
        }
        #expect(TextFile.put("", to: go, creating: true) == 0)
        #expect(try await end == .exited(7))
        // What it starts in its turn is tied to nobody.
        #expect(TextFile.contents(of: folder.file("log")) == "up\n")
    }

    @Test(
        "joins its cgroup before it begins",
        .enabled("needs a memory cgroup, v1 or v2") { MemoryControl.detect().place != nil }
    )
    func cgroup() async throws {
        let group = try MemoryCgroup.create(
            named: "leaklab-test-\(folder.path.hashValue)",
            under: .detect(),
            limit: .mebibytes(64)
        )
        defer { group.remove() }
        // The launcher is the lab's own program; within the tests that is another one, so it is named by hand.
        let child = ChildProcess(
            executable: try LabProgram.path(),
            arguments: [
                "launch", "--join", group.processList, "--", "/bin/cat", group.processList,
                "/proc/self/limits",
            ],
            logPath: folder.file("log")
        )
        let ended = try await child.run { _ in }
        #expect(ended.end == .exited(0))
        let log = try #require(TextFile.contents(of: folder.file("log")))
        #expect(log.hasPrefix("\(ended.pid)\n"))
        let files = try #require(log.split(separator: "\n").first { $0.hasPrefix("Max open files") })
        let limits = files.split(separator: " ").dropFirst(3)
        #expect(limits.first == limits.dropFirst().first)
    }
}
