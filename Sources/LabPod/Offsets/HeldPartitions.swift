import Kafka
import LabTelemetry

/// The partitions that a pod has at the moment, and what rebalances cost it, as its page tells.
///
/// Used between polls, on the polling thread; costs nothing per event.
struct HeldPartitions: Sendable {
    private let metrics: PodMetrics
    private(set) var held: Set<Int32> = []
    /// `nil` for a pod with fixed partitions, which knows no rebalance.
    private var stall: RebalanceStall?

    /// For a member of a group that joins at `start`.
    init(joiningAt start: UInt64, metrics: PodMetrics) {
        self.metrics = metrics
        stall = RebalanceStall(startingAt: start)
    }

    init(fixed partitions: [Int32], metrics: PodMetrics) {
        self.metrics = metrics
        held = Set(partitions)
        metrics.assigned.store(UInt64(held.count))
    }

    /// Whether the next event is of interest, see ``took(at:age:)``.
    var awaitsEvent: Bool { stall?.endsWithNextEvent ?? false }

    mutating func add(_ partitions: [Int32], at now: UInt64) {
        held.formUnion(partitions)
        metrics.assigned.store(UInt64(held.count))
        tell(stall?.assigned(holdingAny: !held.isEmpty, at: now), at: now)
    }

    /// `start` is when the pod began to give them up.
    mutating func remove(_ partitions: [Int32], since start: UInt64) {
        held.subtract(partitions)
        metrics.assigned.store(UInt64(held.count))
        if held.isEmpty { stall?.gaveUpAll(at: start) }
    }

    /// A poll's callbacks have taken so long, and events were waiting when it returned.
    mutating func interrupted(for duration: UInt64) { stall?.interrupted(for: duration) }

    /// The pod is about to handle its next event, which has been waiting for `age` nanoseconds if that is known.
    mutating func took(at now: UInt64, age: UInt64?) { tell(stall?.tookEvent(at: now, age: age), at: now) }

    private func tell(_ nanoseconds: UInt64??, at now: UInt64) {
        guard case .some(.some(let cost)) = nanoseconds else { return }
        metrics.rebalanceStall.store((cost + 500_000) / 1_000_000, at: now)
    }
}
