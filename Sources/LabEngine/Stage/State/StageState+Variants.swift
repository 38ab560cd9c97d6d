import LabCluster
import LabCore
import LabScenario
import LabTelemetry

extension StageState {
    /// From now on the variant's pods are those of this segment.
    mutating func enter(_ segment: VariantSegment, of variant: String) { variants[variant]?.enter(segment) }

    /// The wait for the last events of a variant is over, so long after the end of the load.
    mutating func drainEnded(
        of variant: String,
        _ outcome: Drain.Outcome,
        after time: Duration,
        _ totals: LedgerTotals,
        at now: UInt64
    ) -> [StageAction] {
        let object = "variant/\(variant)"
        variants[variant]?.drain = Drain(outcome: outcome, left: 0, seconds: time.inSeconds)
        guard outcome == .drained else {
            let left = "\(grouped(totals.lag)) events left after \(time.rounded.text)"
            return note("NotDrained", of: object, "\(outcome.rawValue): \(left)", isWarning: true, at: now)
        }
        // It has handled all there was, and its prefetch is empty.
        if variants[variant]?.quiescentFrom == nil {
            variants[variant]?.quiescentFrom = clock?.time(ofMonotonic: now)
        }
        return note("Drained", of: object, "\(grouped(totals.processed)) events handled", at: now)
    }

    /// How that wait ended, once the ledger is closed; `nil` if there was none.
    ///
    /// A variant that committed the rest while its pods were asked to end was drained after all.
    func drain(of variant: String, left: Int) -> Drain? {
        guard var drain = variants[variant]?.drain else { return nil }
        drain.left = left
        if left == 0 { drain.outcome = .drained }
        return drain
    }

    /// The largest lag of each partition that was seen, events.
    func peakLags(of variant: String) -> [Int] { variants[variant]?.lag?.peaks ?? [] }

    /// What is known of a variant at this instant; `totals` are those of its ledger.
    func glance(at variant: VariantPlan, _ totals: LedgerTotals) -> VariantGlance {
        let living = lives.values.filter { $0.pod.variant == variant.name }
        let lag = variants[variant.name]?.lag
        let known = (variants[variant.name]?.allPodNames ?? []).compactMap { pods[$0] }
        return VariantGlance(
            produced: totals.produced,
            processed: totals.processed,
            lag: totals.lag,
            lagStatus: lag?.status,
            drainSeconds: lag?.drainSeconds,
            segment: variants[variant.name].flatMap { $0.hasSteps ? $0.segment.name : nil },
            rss: Self.sum(.rss, living),
            charge: Self.sum(.charge, living),
            heap: Self.sum(.heap, living),
            tasks: Self.sum(.tasks, living),
            oldestStart: living.map(\.startedAt).min(),
            podStates: podNames(of: variant.name).map { (pods[$0] ?? Pod()).status },
            restarts: known.reduce(0) { $0 + $1.restarts },
            oomKills: known.reduce(0) { $0 + $1.oomKills }
        )
    }

    private static func sum(_ metric: MetricName, _ lives: [Life]) -> Double? {
        let values = lives.compactMap { $0.latest[metric] }
        return values.isEmpty ? nil : values.reduce(0, +)
    }
}

extension Duration {
    /// To whole seconds, for words.
    fileprivate var rounded: Duration { .seconds(Int64(inSeconds.rounded())) }
}

/// A variant at one instant, for the live display.
struct VariantGlance: Hashable, Sendable {
    var produced: Int
    var processed: Int
    var lag: Int
    var lagStatus: LagStatus?
    /// Wall seconds until the lag is gone, if it goes on like this.
    var drainSeconds: Double?
    /// The present one, of several.
    var segment: String?
    var rss: Double?
    var charge: Double?
    var heap: Double?
    var tasks: Double?
    /// When the oldest of its lives started, on the monotonic clock; `nil` if none lives.
    var oldestStart: UInt64?
    var podStates: [String]
    var restarts: Int
    var oomKills: Int
}
