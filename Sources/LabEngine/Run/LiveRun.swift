package import LabCore

/// A run while it goes on, for who looks at it from within this process; any thread may ask.
package struct LiveRun: Sendable {
    package let id: String
    private let soFar: @Sendable () -> RecordedRun?
    private let judge: LiveJudge

    init(id: String, recording: @escaping @Sendable () -> RecordedRun?, judge: LiveJudge) {
        self.id = id
        soFar = recording
        self.judge = judge
    }

    /// What was recorded so far, long series thinned; `nil` before the first stage's zero, and in a run that nobody
    /// watches.
    package var recording: RecordedRun? { soFar() }

    /// What the judge made of it last; `nil` before the first time.
    package var result: RunResult? { judge.latest }
}
