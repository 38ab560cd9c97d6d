import Foundation
import LabCore
import Testing

@testable import LabRecording

@Suite(.timeLimit(.minutes(1))) struct KilledLabTests {
    @Test("A lab that is SIGKILLed leaves everything older than one interval of the recorder")
    func killed() async throws {
        try await withStore { store in
            await #expect(processExitsWith: .signal(SIGKILL)) { [directory = store.directory as String] in
                let recorder = try RunStore(directory: directory).create(.example())
                let life = recorder.lifeStarted(
                    variant: "singleton",
                    pod: "singleton-0",
                    ordinal: 0,
                    memoryLimit: nil,
                    life: 0,
                    pid: 1,
                    at: 0
                )
                for time in 0..<900 { recorder.record(1, of: .rss, subject: life, at: Int64(time)) }
                // One interval of the recorder.
                await recorder.untilWritten()
                recorder.record(2, of: .heap, subject: life, at: 3_000)
                kill(getpid(), SIGKILL)
            }

            let run = try store.open("latest")
            #expect(run.state == .recording)
            #expect(run.isCutOff)
            let reason = try #require(run.invalidBecause.first)
            #expect(reason.hasPrefix("the lab ended before the run did: the recording is partial, up to "))
            #expect(reason.hasSuffix(", and how many events were lost is unknown"))
            let life = try #require(run.variants[1].pods.first?.lives.first)
            #expect(life.series[.rss]?.times == Array(0..<900))
            #expect(life.end == nil)

            let summary = try #require(try store.runs().first)
            #expect(summary.state == .abandoned)
            // What came after the interval may or may not be there.
            #expect([.nanoseconds(899), .nanoseconds(3_000)].contains(summary.duration))
            #expect(try store.remove(["latest"]) == [run.header.id])
            #expect(try store.runs().isEmpty)
        }
    }

    @Test("A run that goes on is not taken for one whose lab has died")
    func alive() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            await recorder.untilWritten()
            let run = try store.open("latest")
            #expect(run.state == .recording && !run.isCutOff)
            #expect(run.invalidBecause.isEmpty)
        }
    }

    @Test(
        "Nor is a run that was ended by a lab that is gone since",
        arguments: [RunState.finished, .interrupted]
    )
    func ended(state: RunState) async throws {
        try await withStore { store in
            try await store.create(.example(), options: .dead).finish(state: state, result: nil)
            let run = try store.open("latest")
            #expect(run.state == state && !run.isCutOff)
            #expect(run.invalidBecause.isEmpty)
        }
    }
}
