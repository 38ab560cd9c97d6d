import LabCore
import LabReport
import LabTesting
import Synchronization

@testable import LabServe

/// A run whose frames a test has made: one after the other, the last one again and again.
final class MadeRuns: PageRuns {
    let frames = Mutex<[PageFrame?]>([])
    let acts = Mutex<[String]>([])

    func list() -> [PageRun] { [] }

    func source(of id: String, replay: Replay?) throws -> any FrameSource {
        guard id == "x" else { throw PageProblem(404, "There is no such run.") }
        return MadeSource(runs: self)
    }

    func act(_ act: [UInt8], on id: String) -> ActDone {
        acts.withLock { $0.append(String(decoding: act, as: UTF8.self)) }
        return ActDone(done: "Done.")
    }
}

private struct MadeSource: FrameSource {
    let runs: MadeRuns

    func frame() -> PageFrame? {
        runs.frames.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? nil }
    }

    func rest(after work: Duration) -> Duration { .milliseconds(5) }
}

extension PageFrame {
    /// A frame of an empty run, `padding` bytes larger than it would be.
    static func made(_ now: Int, padding: Int = 0, isFinal: Bool = false) -> PageFrame {
        let header = RunHeader.made(
            scenario: "made",
            title: String(repeating: "x", count: padding),
            incident: "made",
            sampleInterval: 1,
            warmUp: 1
        )
        let recording = RecordedRun(header: header, state: .finished)
        let result = RunResult(
            run: header.id,
            scenario: header.scenario,
            timeScale: 1,
            seed: 1,
            valid: true,
            invalidBecause: [],
            broker: header.broker,
            lab: LabFootprint(),
            variants: [],
            expectations: [],
            exitStatus: 0
        )
        return PageFrame(
            RunReport(recording: recording, result: result),
            state: isFinal ? .finished : .running,
            now: Int64(now) * 1_000_000_000
        )
    }
}
