import LabAnalysis
import LabCore
import LabTelemetry
import Synchronization

/// Judges a run while it goes on, by the function that judges it in the end, on a thread of its own.
///
/// At most once a second, and so seldom that it takes no more than a twentieth of a core.
final class LiveJudge: Sendable {
    private struct State {
        var latest: RunResult?
        var settings = AnalysisSettings.standard
    }

    private static let leastPause = Duration.seconds(1)
    /// The part of a core that is left to others, over the part that judging takes.
    private static let pauseOverWork = 19

    private let recording: @Sendable () -> RecordedRun?
    private let state = Mutex(State())
    private let thread = PeriodicThread("judge", every: LiveJudge.leastPause)

    /// - Parameter recording: the run so far; `nil` before there is something to judge.
    init(recording: @escaping @Sendable () -> RecordedRun?) { self.recording = recording }

    /// What the run would come to if it ended now; `nil` before the first time.
    var latest: RunResult? { state.withLock { $0.latest } }

    /// From now on each verdict is at this confidence.
    func demand(confidence: Double) { state.withLock { $0.settings.confidence = confidence } }

    /// Starts the thread, which lives until ``stop()``.
    func start() {
        thread.start { [self] thread in
            var began: ContinuousClock.Instant
            repeat {
                began = .now
                judge()
            } while thread.rest(for: Self.pause(after: .now - began))
        }
    }

    /// Lets the thread end after what it is doing.
    func stop() { thread.stop() }

    /// How long to rest after a judgement that took so long.
    static func pause(after work: Duration) -> Duration { max(leastPause, work * pauseOverWork) }

    /// Judges once, on the calling thread.
    func judge() {
        guard let run = recording() else { return }
        let settings = state.withLock { $0.settings }
        let result = RunAnalysis(settings: settings).result(of: run)
        state.withLock { $0.latest = result }
    }
}
