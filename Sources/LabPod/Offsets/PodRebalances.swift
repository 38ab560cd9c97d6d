import Kafka
import LabTelemetry
import Synchronization

/// A pod's part in its group's rebalances; called on the polling thread.
final class PodRebalances: RebalanceDelegate {
    private let topic: String
    private let ledger: Ledger?
    private let pending = Mutex(PendingCommits())
    private let finish = Mutex<(@Sendable () -> [CommittableOffset])?>(nil)
    /// When the first callback since the last ``takeStart()`` began; 0 for none.
    private let start = Atomic<UInt64>(0)

    init(topic: String, ledger: Ledger?) {
        self.topic = topic
        self.ledger = ledger
    }

    func setFinish(_ action: @escaping @Sendable () -> [CommittableOffset]) {
        finish.withLock { $0 = action }
    }

    /// When the callbacks of the last poll began, CLOCK_MONOTONIC; `nil` if there were none.
    func takeStart() -> UInt64? {
        guard start.load(ordering: .relaxed) != 0 else { return nil }
        return start.exchange(0, ordering: .relaxed)
    }

    private func noteStart() {
        guard start.load(ordering: .relaxed) == 0 else { return }
        start.store(MonotonicClock.nanoseconds, ordering: .relaxed)
    }

    /// What is to be committed now: these offsets, and those of which no commit has been confirmed.
    func offsetsToCommit(_ offsets: [CommittableOffset]) -> [PartitionOffset] {
        let all = pending.withLock { pending in
            pending.add(offsets)
            return pending.all
        }
        return all.map { $0.position(in: topic) }
    }

    func confirm(_ offset: CommittableOffset) { pending.withLock { $0.confirm(offset) } }

    func forget(_ partition: Int32) { pending.withLock { $0.forget(partition) } }

    /// Everything that is finished is committed, for all partitions: those that stay lose nothing by it.
    func willRevoke(_ partitions: [TopicPartition]) -> [PartitionOffset] {
        noteStart()
        let action = finish.withLock { $0 }
        return offsetsToCommit(action?() ?? [])
    }

    /// A partition that nobody has committed starts where the run starts.
    func assigned(_ partitions: [TopicPartition]) -> [PartitionOffset]? {
        noteStart()
        return ledger.map { ledger in
            partitions.map { PartitionOffset($0, offset: max(0, ledger.base($0.partition))) }
        }
    }
}
