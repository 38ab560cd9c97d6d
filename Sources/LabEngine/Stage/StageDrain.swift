import LabCore
import LabScenario
import LabTelemetry

/// The wait for a stage's last events, after its load.
struct StageDrain: Sendable {
    private let stage: StageRun
    private let recorder: StageRecorder
    private let ledgers: [String: Ledger]
    private let start = ContinuousClock.now

    /// What is under way is not lost just because somebody ends the run: so long it may take.
    private static let lastLimit = Duration.seconds(2)

    /// Begins at the end of the load.
    init(_ stage: StageRun, _ recorder: StageRecorder, _ ledgers: [String: Ledger]) {
        self.stage = stage
        self.recorder = recorder
        self.ledgers = ledgers
    }

    /// Waits until every variant has handled and committed everything, stands still, or has come to its bound.
    func run() async {
        let bound = stage.plan.scenario.verdict.drain
        await run(stage.stop) { variant in
            let hasEndedPods = !recorder.endings(of: variant).isEmpty
            return DrainWatch.Limits(of: variant.variant, hasEndedPods: hasEndedPods, bound: bound)
        }
    }

    /// The same for a moment, after somebody has ended the run.
    func last() async {
        let limits = DrainWatch.Limits(stillness: Self.lastLimit, bound: Self.lastLimit)
        await run(StopSwitch()) { _ in limits }
    }

    private func run(_ stop: StopSwitch, limits: (VariantPlan) -> DrainWatch.Limits) async {
        var waiting = stage.variants.map { ($0, DrainWatch(limits($0))) }
        _ = await stop.wait(atMost: .seconds(1_000_000)) {
            let time = ContinuousClock.now - start
            waiting = waiting.compactMap { variant, watch in
                var watch = watch
                watch.limits = limits(variant)
                guard let outcome = watch.observe(observation(of: variant), at: time) else {
                    return (variant, watch)
                }
                end(variant, outcome, after: time)
                return nil
            }
            return waiting.isEmpty
        }
        for (variant, _) in waiting { end(variant, .interrupted, after: ContinuousClock.now - start) }
    }

    private func observation(of variant: VariantPlan) -> DrainWatch.Observation {
        let totals = ledgers[variant.name]?.totals ?? LedgerTotals()
        // A command that is started again and again and never commits is not waited for.
        let isHopeless = variant.variant.command != nil && totals.processed == 0
        return DrainWatch.Observation(
            totals: totals,
            hasPods: recorder.hasPods(of: variant),
            backOff: isHopeless ? .zero : recorder.backOff(of: variant)
        )
    }

    private func end(_ variant: VariantPlan, _ outcome: Drain.Outcome, after time: Duration) {
        // The short wait after Ctrl-C says nothing of the variant.
        let isCut = stage.stop.reason != nil && outcome != .drained
        let outcome = isCut ? .interrupted : outcome
        let totals = ledgers[variant.name]?.totals ?? LedgerTotals()
        recorder.drainEnded(of: variant.name, outcome, after: time, totals)
    }
}
