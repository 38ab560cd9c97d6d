import LabCluster
import LabCore
import LabScenario
import LabTelemetry
import Synchronization

extension StageRecorder {
    /// What is known of a variant at this instant.
    func glance(at variant: VariantPlan) -> VariantGlance {
        let totals = ledgers[variant.name]?.totals ?? LedgerTotals()
        return state.withLock { state in
            let lives = state.lives.values.filter { $0.pod.variant == variant.name }
            let watch = state.lag[variant.name]
            return VariantGlance(
                produced: totals.produced,
                processed: totals.processed,
                lag: totals.lag,
                lagStatus: watch?.status,
                drainSeconds: watch?.drainSeconds,
                segment: variant.segments.count == 1 ? nil : state.segment(of: variant).name,
                rss: Self.sum(.rss, lives),
                heap: Self.sum(.heap, lives),
                tasks: Self.sum(.tasks, lives),
                oldestStart: lives.map(\.startedAt).min(),
                podStates: state.podNames(of: variant).map { state.podStates[$0] ?? "Pending" },
                restarts: variant.podNames.reduce(0) { $0 + (state.restarts[$1] ?? 0) },
                oomKills: variant.podNames.reduce(0) { $0 + (state.oomKills[$1] ?? 0) }
            )
        }
    }

    /// The last few of the timeline, oldest first.
    var latestEvents: [TimelineEvent] { state.withLock { $0.latestEvents } }

    static func sum(_ metric: MetricName, _ lives: [LiveLife]) -> Double? {
        let values = lives.compactMap { $0.latest[metric] }
        return values.isEmpty ? nil : values.reduce(0, +)
    }
}

/// A variant at one instant, for the live display.
struct VariantGlance: Sendable {
    var produced: Int
    var processed: Int
    var lag: Int
    var lagStatus: LagStatus?
    /// Wall seconds until the lag is gone, if it goes on like this.
    var drainSeconds: Double?
    /// The present one, of several.
    var segment: String?
    var rss: Double?
    var heap: Double?
    var tasks: Double?
    /// When the oldest of its lives started, on the monotonic clock; `nil` if none lives.
    var oldestStart: UInt64?
    var podStates: [String]
    var restarts: Int
    var oomKills: Int
}
