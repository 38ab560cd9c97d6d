import LabCore
import LabScenario
import LabTelemetry

/// Decides when the wait for one variant's last events is over; pure, the time is passed in.
///
/// It goes on as long as there is progress: events that are handled or committed for the first time. Events that a pod
/// handles again in life after life are none.
struct DrainWatch: Sendable, Hashable {
    struct Limits: Sendable, Hashable {
        /// Without progress for so long it is over, all in wall time.
        var stillness: Duration
        /// It is over then in any case.
        var bound: Duration
    }

    /// What is known of the variant at one instant.
    struct Observation: Sendable, Hashable {
        var totals: LedgerTotals
        /// A pod lives, or will again.
        var hasPods: Bool
        /// The longest pause before a restart that one of its pods takes just now.
        var backOff: Duration = .zero
    }

    /// May change meanwhile.
    var limits: Limits
    private var progress: [Int] = []
    private var progressAt: Duration = .zero
    /// A pod that waits cannot handle anything: as much longer it may stand still.
    private var longestBackOff: Duration = .zero

    init(_ limits: Limits) { self.limits = limits }

    /// Looks at the variant `time` after the end of the load; times never fall.
    /// - Returns: how the wait ended; `nil` as long as it goes on.
    mutating func observe(_ observation: Observation, at time: Duration) -> Drain.Outcome? {
        let totals = observation.totals
        if totals.lag == 0, totals.processed >= totals.produced { return .drained }
        guard observation.hasPods else { return .abandoned }
        if progress != [totals.processed, totals.lag] {
            progress = [totals.processed, totals.lag]
            (progressAt, longestBackOff) = (time, .zero)
        }
        longestBackOff = max(longestBackOff, observation.backOff)
        if time - progressAt >= limits.stillness + longestBackOff { return .stalled }
        return time >= limits.bound ? .cutOff : nil
    }
}

extension DrainWatch.Limits {
    /// No shorter wait says that nothing moves.
    private static let leastStillness = Duration.seconds(30)
    /// What clients of Kafka have if nobody configures them: a command's own is not known.
    private static let usualSessionTimeout = Duration.seconds(45)

    /// A group gives up a member that died after its session timeout, and another one may die meanwhile.
    ///
    /// - Parameters:
    ///   - variant: whose pods are waited for.
    ///   - hasEndedPods: one of its pods has ended at least once.
    ///   - bound: of the scenario.
    init(of variant: ScenarioVariant, hasEndedPods: Bool, bound: Duration) {
        let session: Duration =
            if variant.command != nil {
                hasEndedPods ? Self.usualSessionTimeout : .zero
            } else {
                variant.pods.assignment == .group ? variant.pods.sessionTimeout : .zero
            }
        self.init(stillness: max(Self.leastStillness, session * 2), bound: bound)
    }
}
