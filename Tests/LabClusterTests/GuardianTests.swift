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

@Suite("The guardian", .timeLimit(.minutes(1)))
struct GuardianTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private var sleeper: ChildProcess {
        ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", "sleep 100 & sleep 100"],
            logPath: folder.file("log")
        )
    }

    @Test("ends a process group with all its members, and removes folders, when the pipe closes")
    func pipeCloses() async throws {
        let doomed = folder.file("doomed")
        try Folder.make("\(doomed)/deep/down")
        let child = sleeper
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        async let end = child.run { started.yield($0) }.end
        // The body returns with all of it still on the list, as a lab that has crashed leaves it.
        try await Guardian.watching(executable: try LabProgram.path()) { guardian in
            guardian.watch(folder: doomed)
            for await pid in pids.prefix(1) { guardian.watch(group: pid) }
        }
        #expect(try await end == .signaled(9))
        #expect(Folder.entries(of: folder.path) == ["log"])
    }

    @Test("leaves alone what was taken off its list")
    func released() async throws {
        let spared = folder.file("spared")
        try Folder.make(spared)
        let result = try await Guardian.watching(executable: try LabProgram.path()) { guardian in
            guardian.watch(folder: spared)
            guardian.release(folder: spared)
            return 7
        }
        #expect(result == 7)
        #expect(Folder.entries(of: folder.path) == ["spared"])
    }

    @Test("lets through what its body throws, and does its work all the same")
    func bodyThrows() async throws {
        let doomed = folder.file("doomed")
        try Folder.make(doomed)
        await #expect(throws: LabError("broken")) {
            try await Guardian.watching(executable: try LabProgram.path()) { guardian in
                guardian.watch(folder: doomed)
                throw LabError("broken")
            }
        }
        #expect(Folder.entries(of: folder.path) == [])
    }

    /// What is said of the guardians of one run.
    private final class Gossip: Sendable {
        private let words = Mutex<(restarts: [String], losses: [LabError])>(([], []))
        var restarts: [String] { words.withLock { $0.restarts } }
        var losses: [LabError] { words.withLock { $0.losses } }
        func restarted(_ text: String) { words.withLock { $0.restarts.append(text) } }
        func lost(_ error: LabError) { words.withLock { $0.losses.append(error) } }
    }

    @Test("has a successor if it is killed, which gets the whole list and ends what is on it")
    func successor() async throws {
        let (doomed, spared, late) = (folder.file("doomed"), folder.file("spared"), folder.file("late"))
        for path in [doomed, spared, late] { try Folder.make(path) }
        let gossip = Gossip()
        let child = sleeper
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        async let end = child.run { started.yield($0) }.end
        try await Guardian.watching(
            executable: try LabProgram.path(),
            onRestart: gossip.restarted,
            onLoss: gossip.lost
        ) { guardian in
            guardian.watch(folder: doomed)
            guardian.watch(folder: spared)
            for await pid in pids.prefix(1) { guardian.watch(group: pid) }
            let first = try #require(guardian.pid)
            kill(first, SIGKILL)
            let second = try await eventually("there is another one") {
                guardian.pid.flatMap { $0 == first ? nil : $0 }
            }
            guardian.release(folder: spared)
            guardian.watch(folder: late)
            try await eventually("the successor is announced") { !gossip.restarts.isEmpty }
            #expect(
                gossip.restarts == [
                    "guardian: killed by signal 9; process \(second) has taken its place"
                ]
            )
        }
        #expect(try await end == .signaled(9))
        #expect(Folder.entries(of: folder.path) == ["log", "spared"])
        #expect(gossip.restarts.count == 1)
        #expect(gossip.losses == [])
    }

    @Test("is given up when one after the other ends at once, and this process does its work")
    func givenUp() async throws {
        let doomed = folder.file("doomed")
        try Folder.make(doomed)
        let gossip = Gossip()
        try await Guardian.watching(
            executable: "/bin/false",
            onRestart: gossip.restarted,
            onLoss: gossip.lost
        ) { guardian in
            guardian.watch(folder: doomed)
            try await eventually("it is given up") { !gossip.losses.isEmpty }
            #expect(guardian.pid == nil)
            #expect(Folder.entries(of: folder.path) == ["doomed"])
        }
        #expect(gossip.restarts.count == 2)
        #expect(
            gossip.losses.map(\.description) == [
                "guardian: ended with exit code 1, as 3 in a row have done at once"
            ]
        )
        #expect(Folder.entries(of: folder.path) == [])
    }

    @Test("that cannot be started is an error before anything has begun")
    func missing() async throws {
        let error = await #expect(throws: LabError.self) {
            try await Guardian.watching(executable: "/no/such/program") { _ in Issue.record("has begun") }
        }
        #expect(error?.description.hasPrefix("guardian: cannot be started") == true)
    }

    @Test("that somebody has stopped is not waited for: this process does its work")
    func stopped() async throws {
        let doomed = folder.file("doomed")
        try Folder.make(doomed)
        let pid = try await Guardian.watching(executable: try LabProgram.path()) { guardian in
            guardian.watch(folder: doomed)
            let pid = try #require(guardian.pid)
            kill(pid, SIGSTOP)
            return pid
        }
        #expect(Folder.entries(of: folder.path) == [])
        #expect(ProcessIdentity(ofRunning: pid) == nil)
    }

    @Test("outlives the cancellation of what it watches over, until that has ended")
    func cancelled() async throws {
        let doomed = folder.file("doomed")
        try Folder.make(doomed)
        let (path, program) = (folder.path, try LabProgram.path())
        let (duties, began) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Guardian.watching(executable: program) { guardian in
                    guardian.watch(folder: doomed)
                    began.yield()
                    while !Task.isCancelled { await Task.yield() }
                    let pid = try #require(guardian.pid)
                    #expect(ProcessIdentity(ofRunning: pid) != nil)
                    #expect(Folder.entries(of: path) == ["doomed"])
                }
            }
            for await _ in duties.prefix(1) {}
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(Folder.entries(of: path) == [])
    }
}
