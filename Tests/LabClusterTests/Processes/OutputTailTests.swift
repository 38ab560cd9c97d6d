import LabCluster
import LabCore
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("The end of a program's output", .timeLimit(.minutes(1)))
struct OutputTailTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func shell(_ script: String) -> (child: ChildProcess, output: OutputTail, error: OutputTail) {
        let (output, error) = (OutputTail(path: folder.file("out")), OutputTail(path: folder.file("err")))
        var child = ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", script],
            logPath: folder.file("unused")
        )
        child.tails = (output, error)
        child.workingDirectory = folder.path
        return (child, output, error)
    }

    @Test("is kept for each stream and over several lives, in memory and in a file")
    func streams() async throws {
        let (child, output, error) = shell("echo out; echo err >&2; pwd > here")
        for _ in 1...2 { _ = try await child.run { _ in } }
        #expect(output.text == "out\nout\n" && error.text == "err\nerr\n")
        #expect(TextFile.contents(of: output.path) == "out\nout\n")
        #expect(TextFile.contents(of: folder.file("here"))?.contains("leaklab-test-") == true)
        #expect(TextFile.contents(of: folder.file("unused")) == nil)
    }

    @Test("is 64 KiB of however much, with a word about the rest")
    func flood() async throws {
        let size: Int64 = 200 << 20
        let (child, output, _) = shell("yes 0123456789abcde | head -c \(size)")
        #expect(try await child.run { _ in }.end == .exited(0))
        #expect(output.total == size)
        #expect(output.text.utf8.count == OutputTail.limit)
        let kept = try #require(TextFile.contents(of: output.path))
        #expect(
            kept.hasPrefix("[\(grouped(Int(size) - OutputTail.limit)) bytes before these were not kept]\n")
        )
        #expect(kept.utf8.count < OutputTail.limit + 100)
    }

    @Test("does not wait for somebody who inherited the streams")
    func heir() async throws {
        let (child, output, _) = shell("sleep 30 & echo done")
        let start = ContinuousClock.now
        let pid = try await child.run { _ in }.pid
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(output.text == "done\n")
        kill(-pid, SIGKILL)
    }

    @Test("gives its last lines without control characters, none of them long")
    func lines() {
        let tail = OutputTail(path: folder.file("out"))
        tail.append(Array("first\n\u{1b}[31msecond\r\n\n \n\(String(repeating: "x", count: 500))\n".utf8))
        #expect(tail.lastLines(2).map(\.count) == [11, 200])
        #expect(tail.lastLines(2).first == " [31msecond")
        #expect(tail.lastLines(9).count == 3)
    }
}
