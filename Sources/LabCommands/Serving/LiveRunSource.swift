import LabAnalysis
import LabCore
import LabEngine
import LabReport
import LabScenario
import LabServe
import Synchronization

/// The frames of a run that goes on in this process.
final class LiveRunSource: FrameSource {
    private struct State {
        var run: LiveRun?
        var snapshot: LiveSnapshot?
        var end: (report: RunReport, state: PageFrame.State)?
    }

    private let state = Mutex(State())
    private let stop: StopSwitch
    private let isFollowed: Bool

    /// - Parameters:
    ///   - stop: ends the run, also before it has begun.
    ///   - isFollowed: another run comes after this one, for pages that stay open.
    init(stop: StopSwitch, isFollowed: Bool = false) {
        self.stop = stop
        self.isFollowed = isFollowed
    }

    /// Does something to the run.
    /// - Throws: ``LabError`` if it cannot be done; the run goes on.
    func act(_ words: [String]) async throws(LabError) -> ActDone {
        if let run = state.withLock({ $0.run }) { return try await run.act(words) }
        guard words == ["stop"] else { throw .act("the run has not begun", hint: "“stop” ends it.") }
        stop.stop(.interrupted)
        return ActDone(done: "The run ends.")
    }

    /// Of the run; `nil` before it began.
    var id: String? { state.withLock { $0.end?.report.header.id ?? $0.run?.id } }

    func begin(_ run: LiveRun) { state.withLock { $0.run = run } }

    /// What the terminal shows, whose words the page uses.
    func show(_ snapshot: LiveSnapshot) { state.withLock { $0.snapshot = snapshot } }

    /// The next frame is the last.
    func end(_ report: RunReport, _ state: PageFrame.State) {
        self.state.withLock { $0.end = (report, state) }
    }

    func frame() -> PageFrame? {
        let (run, snapshot, end) = state.withLock { ($0.run, $0.snapshot, $0.end) }
        if let end {
            var frame = PageFrame(end.report, state: end.state)
            frame.isFollowed = isFollowed ? true : nil
            return frame
        }
        guard let run, let snapshot, let recording = run.recording else { return nil }
        let result = run.result ?? .unjudged(recording)
        var frame = PageFrame(
            RunReport(recording: recording, result: result),
            state: .running,
            now: Int64(snapshot.elapsed * 1e9),
            live: snapshot
        )
        frame.controls = PageFrame.Controls(of: run, at: snapshot.elapsed)
        return frame
    }

    /// Twice a second at most, and so seldom that it takes a hundredth of a core, but every two seconds at least.
    func rest(after work: Duration) -> Duration {
        min(.seconds(2), max(.milliseconds(500), work * 99))
    }
}

extension RunResult {
    /// Before the first judgement: the run's own facts, and nothing of its variants.
    static func unjudged(_ recording: RecordedRun) -> RunResult {
        RunResult(
            run: recording.header.id,
            scenario: recording.header.scenario,
            timeScale: recording.header.timeScale,
            seed: recording.header.seed,
            valid: true,
            invalidBecause: [],
            broker: recording.header.broker,
            lab: LabFootprint(),
            variants: [],
            expectations: [],
            exitStatus: ExitStatus.success.rawValue
        )
    }
}
