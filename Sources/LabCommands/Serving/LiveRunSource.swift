import LabAnalysis
import LabCore
import LabEngine
import LabReport
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
        if let end { return PageFrame(end.report, state: end.state) }
        guard let run, let snapshot, let recording = run.recording else { return nil }
        let result = run.result ?? .unjudged(recording)
        return PageFrame(
            RunReport(recording: recording, result: result),
            state: .running,
            now: Int64(snapshot.elapsed * 1e9),
            live: snapshot
        )
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
