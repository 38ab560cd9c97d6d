import LabAnalysis
import LabCore

/// Looks at the verdicts of a run while its load goes on, at planned times, until all of them stand.
struct VerdictWatch: Sendable {
    let plan: LookPlan
    /// The run so far; `nil` before there is something to judge.
    let recording: @Sendable () -> RecordedRun?
    /// Variants that have no pod left, of which no more can be learned.
    let closed: @Sendable () -> Set<String>
    /// Called with each look before it is waited for.
    let announce: @Sendable (LookPlan.Look) -> Void

    /// Returns when every verdict stands, the last look is over, or the run is stopped.
    func run(on clock: RunClock, stop: StopSwitch) async -> UntilDecided {
        var standing = StandingVerdicts()
        var report = UntilDecided(
            ended: .interrupted,
            atMostSeconds: plan.looks.last?.at ?? 0,
            plannedLooks: plan.looks.count,
            looks: []
        )
        for look in plan.looks {
            announce(look)
            guard await !stop.isThrown(before: .seconds(look.at), on: clock) else { return report }
            guard let result = judge(with: look.confidence) else { continue }
            let undecided = standing.look(at: result, closed: closed())
            report.looks.append(
                UntilDecided.Look(
                    atSeconds: look.at,
                    confidence: look.confidence,
                    undecided: undecided
                )
            )
            guard !undecided.isEmpty else {
                report.ended = .decided
                return report
            }
        }
        report.ended = .atMost
        return report
    }

    private func judge(with confidence: Double) -> RunResult? {
        var settings = AnalysisSettings.standard
        settings.confidence = confidence
        return recording().map { RunAnalysis(settings: settings).result(of: $0) }
    }
}

extension UntilDecided {
    /// For the timeline.
    var words: String {
        let open = undecided.isEmpty ? "" : ": \(undecided.joined(separator: ", ")) open"
        let count = "\(looks.count) \(looks.count == 1 ? "look" : "looks")"
        guard let seconds = decidedAfterSeconds else { return "not decided after \(count)\(open)" }
        return "decided after \(Duration.seconds(seconds.rounded()).text), \(count)"
    }
}
