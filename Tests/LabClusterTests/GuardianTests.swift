import LabCluster
import LabCore
import LabTesting
import Testing

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
}
