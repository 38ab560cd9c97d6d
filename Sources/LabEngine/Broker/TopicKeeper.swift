import Kafka
import LabCore

/// What the lab asks of a cluster's topics; tests have a cluster of their own making.
///
/// Every call blocks its thread for the time given at most.
protocol TopicKeeper {
    func metadata(timeout: Duration) throws(KafkaError) -> ClusterMetadata
    /// Makes a topic, with the broker's default of replicas for a replication of -1.
    func create(
        _ name: String,
        partitions: Int,
        replication: Int,
        config: [LabelledValue],
        timeout: Duration
    ) throws(KafkaError)
    func delete(_ name: String, timeout: Duration) throws(KafkaError)
    /// With the timeout for each partition.
    func watermarks(
        of partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Watermarks]
}

/// The cluster behind an ``AdminClient``.
final class ClusterTopics: TopicKeeper {
    private let admin: AdminClient

    init(_ properties: ClientProperties) throws(KafkaError) { admin = try AdminClient(properties) }

    func metadata(timeout: Duration) throws(KafkaError) -> ClusterMetadata {
        try admin.metadata(timeout: timeout)
    }

    func create(
        _ name: String,
        partitions: Int,
        replication: Int,
        config: [LabelledValue],
        timeout: Duration
    ) throws(KafkaError) {
        var properties = ClientProperties()
        for entry in config { properties[entry.label] = entry.value }
        try admin.createTopic(
            named: name,
            partitions: partitions,
            replication: replication,
            properties: properties,
            timeout: timeout
        )
    }

    func delete(_ name: String, timeout: Duration) throws(KafkaError) {
        try admin.deleteTopic(named: name, timeout: timeout)
    }

    func watermarks(
        of partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Watermarks] {
        do throws(KafkaError) {
            return try admin.watermarks(of: partitions, timeout: timeout)
        } catch {
            // librdkafka 2.0.2 keeps for minutes that a topic has no partitions, once a broker has said so.
            if let topic = partitions.first?.topic, ClusterPatience.isPassing(error.code) {
                _ = try? admin.metadata(of: topic, timeout: timeout)
            }
            throw error
        }
    }
}
