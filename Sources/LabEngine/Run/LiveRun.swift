package import LabCore
package import LabScenario

/// A run while it goes on, for who looks at it from within this process; any thread may ask.
package struct LiveRun: Sendable {
    package let id: String
    private let soFar: @Sendable () -> RecordedRun?
    private let judge: LiveJudge
    private let desk: ActDesk
    private let runAgenda: RunAgenda
    /// What acts are read against.
    package let scenario: Scenario
    /// The variants whose pods can be asked for heap profiles.
    package let profiled: Set<String>

    init(
        id: String,
        recording: @escaping @Sendable () -> RecordedRun?,
        judge: LiveJudge,
        desk: ActDesk,
        agenda: RunAgenda,
        scenario: Scenario,
        profiled: Set<String>
    ) {
        self.id = id
        soFar = recording
        self.judge = judge
        self.desk = desk
        runAgenda = agenda
        self.scenario = scenario
        self.profiled = profiled
    }

    /// What is planned, as acts have changed it so far.
    package var agenda: Agenda { runAgenda.current }

    /// Does something to the run, as ``ActDesk/submit(_:sentAt:)`` does.
    package func act(_ words: [String]) async throws(LabError) -> ActDone { try await desk.submit(words) }

    /// What was recorded so far, long series thinned; `nil` before the first stage's zero, and in a run that nobody
    /// watches.
    package var recording: RecordedRun? { soFar() }

    /// What the judge made of it last; `nil` before the first time.
    package var result: RunResult? { judge.latest }
}
