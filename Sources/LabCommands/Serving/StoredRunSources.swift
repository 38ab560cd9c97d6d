import LabAnalysis
import LabCore
import LabRecording
import LabReport
import LabServe
import Synchronization

/// The frames of a run in the store: one for a run that is over, one after another for one that another lab records.
struct StoredRunSource: FrameSource {
    let id: String
    let store: RunStore

    func frame() throws -> PageFrame? {
        let recording = try store.open(id)
        guard recording.state == .recording, !recording.isCutOff else {
            return PageFrame(try RunReport.load(id, from: store), state: recording.frameState)
        }
        let result = RunAnalysis().result(of: recording)
        return PageFrame(RunReport(recording: recording, result: result), state: .running)
    }

    /// A file is read from its beginning each time: a twentieth of a core at most.
    func rest(after work: Duration) -> Duration { max(.seconds(1), work * 19) }
}

/// The frames of a recording that is played again, each judged as it would have been judged at its time.
final class ReplaySource: FrameSource {
    private let report: RunReport
    private let state: PageFrame.State
    private let replay: Replay
    private let length: Int64
    private let began = Mutex<ContinuousClock.Instant?>(nil)
    private let now: @Sendable () -> ContinuousClock.Instant

    init(
        _ report: RunReport,
        _ replay: Replay,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.report = report
        self.replay = replay
        self.now = now
        state = report.recording.frameState
        length = report.recording.end
    }

    func frame() -> PageFrame? {
        let present = now()
        let began = began.withLock { began in
            if began == nil { began = present }
            return began ?? present
        }
        let played = (present - began).inSeconds * replay.speed
        let time = Int64(min(1e18, (replay.from + played) * 1e9))
        guard time < length else { return PageFrame(report, state: state) }
        let recording = report.recording.cut(at: time)
        let result = RunAnalysis().result(of: recording)
        var frame = PageFrame(
            RunReport(recording: recording, result: result),
            state: .replaying,
            now: time,
            length: length
        )
        // A still picture is the last of its stream.
        frame.isFinal = replay.speed == 0
        return frame
    }

    func rest(after work: Duration) -> Duration { max(.milliseconds(250), work * 2) }
}

extension RecordedRun {
    /// How a page calls the state that it was left in.
    var frameState: PageFrame.State {
        if isCutOff { return .cutOff }
        return switch state {
        case .recording: .running
        case .finished: .finished
        case .interrupted: .interrupted
        case .failed: .failed
        }
    }
}
