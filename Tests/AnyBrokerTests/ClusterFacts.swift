import CRdKafka
import Foundation
import LabCore

@testable import Kafka

/// What tests have to know of a cluster, and do to it, that the lab itself never does.
struct ClusterFacts: ~Copyable {
    private let admin: AdminClient
    private static let patience = Duration.seconds(10)

    init(_ broker: TestBroker) throws { admin = try AdminClient(broker.client([])) }

    /// How many there are.
    var brokers: Int {
        get throws { try admin.metadata(timeout: Self.patience).brokers.count }
    }

    /// How many replicas each partition has, as the cluster says.
    func replicas(of topic: String) throws -> [Int] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let limit = Self.patience.milliseconds
        let code = rd_kafka_metadata(admin.handle.pointer, 1, nil, &metadata, limit)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            throw KafkaError(.readMetadata, code: KafkaErrorCode(code))
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        let topics = UnsafeBufferPointer(
            start: metadata.pointee.topics,
            count: Int(metadata.pointee.topic_cnt)
        )
        return topics.filter { $0.topic.map { String(cString: $0) } == topic }.flatMap { topic in
            UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt)).map {
                Int($0.replica_cnt)
            }
        }
    }

    /// Deletes what lies before an offset in the first partitions of a topic.
    /// - Returns: why the cluster did not; `nil` if it did.
    func deleteRecords(before offset: Int64, of topic: String, partitions: Int) -> KafkaErrorCode? {
        let places = (0..<partitions).map {
            PartitionOffset(topic: topic, partition: Int32($0), offset: offset)
        }
        let list = TopicPartitionList(places)
        let order = rd_kafka_DeleteRecords_new(list.pointer)
        defer { rd_kafka_DeleteRecords_destroy(order) }
        let queue = rd_kafka_queue_new(admin.handle.pointer)
        defer { rd_kafka_queue_destroy(queue) }
        var orders = [order]
        rd_kafka_DeleteRecords(admin.handle.pointer, &orders, 1, nil, queue)
        guard let event = rd_kafka_queue_poll(queue, Self.patience.milliseconds) else { return .timedOut }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { return KafkaErrorCode(code) }
        let result = rd_kafka_event_DeleteRecords_result(event)
        let outcomes = TopicPartitionList.elements(of: rd_kafka_DeleteRecords_result_offsets(result))
        return outcomes.first(where: \.isError).map { KafkaErrorCode($0.code) }
    }
}
