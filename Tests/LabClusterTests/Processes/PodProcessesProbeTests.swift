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
    "The processes of a pod",
    .timeLimit(.minutes(1)),
    .enabled("needs /proc") { ProcessProbe(pid: getpid()) != nil }
)
struct PodProcessesProbeTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func sleeper() -> ChildProcess {
        ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; exec sleep 60"],
            logPath: folder.file("log")
        )
    }

    @Test("are added up while they are there, and what they took stays")
    func sum() async throws {
        let (pids, started) = AsyncStream.makeStream(of: Int32.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...2 { group.addTask { [self] in _ = try await sleeper().run { started.yield($0) } } }
            var iterator = pids.makeAsyncIterator()
            let first = try #require(await iterator.next())
            let second = try #require(await iterator.next())
            try await eventually("both have worked") {
                try [first, second].allSatisfy { pid in
                    try #require(ProcessProbe(pid: pid)?.read()?[.cpu]) > 0
                }
            }
            var present = [first, second, second, 1 << 22]
            let probe = try #require(PodProcessesProbe(pid: first, list: { present }))
            let reading = try #require(probe.read())
            #expect(reading.processes == 2 && reading.unread == 0)
            let both = reading.sum
            let other = try #require(ProcessProbe(pid: second)?.read())
            #expect(both[.threads] == 2)
            #expect(try #require(both[.rss]) > #require(other[.rss]))
            present = []
            let one = try #require(probe.read()).sum
            #expect(one[.threads] == 1)
            #expect(try #require(one[.rss]) < #require(both[.rss]))
            #expect(try #require(one[.cpu]) >= #require(both[.cpu]))
            #expect(both[.majorPageFaults] == nil)
            let slow = try #require(probe.read(withSlow: true)).sum
            #expect(try #require(slow[.majorPageFaults]) >= 0)
            #expect(try #require(slow[.involuntaryContextSwitches]) >= 0)
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(PodProcessesProbe(pid: 1 << 22, list: { [] }) == nil)
    }
}
