import Kafka
import LabTelemetry
import Synchronization

/// A pod's part in its group's rebalances; called on the polling thread.
final class PodRebalances: RebalanceDelegate {
    private let topic: String
    private let ledger: Ledger?
    private let finish = Mutex<(@Sendable () -> [CommittableOffset])?>(nil)

    init(topic: String, ledger: Ledger?) {
        self.topic = topic
        self.ledger = ledger
    }

    func setFinish(_ action: @escaping @Sendable () -> [CommittableOffset]) {
        finish.withLock { $0 = action }
    }

    /// Everything that is finished is committed, for all partitions: those that stay lose nothing by it.
    func willRevoke(_ partitions: [TopicPartition]) -> [PartitionOffset] {
        let action = finish.withLock { $0 }
        return (action?() ?? []).map { $0.position(in: topic) }
    }

    /// A partition that nobody has committed starts where the run starts.
    func assigned(_ partitions: [TopicPartition]) -> [PartitionOffset]? {
        ledger.map { ledger in
            partitions.map { PartitionOffset($0, offset: max(0, ledger.base($0.partition))) }
        }
    }
}
