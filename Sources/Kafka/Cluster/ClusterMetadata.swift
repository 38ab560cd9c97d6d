import CRdKafka

/// What a cluster says of itself.
package struct ClusterMetadata: Hashable, Sendable {
    /// One broker, under the address that it advertises.
    package struct Broker: Hashable, Sendable {
        package let id: Int32
        package let host: String
        package let port: Int32

        package init(id: Int32, host: String, port: Int32) {
            self.id = id
            self.host = host
            self.port = port
        }
    }

    /// One topic; `error` is set if the cluster could not say more about it.
    package struct Topic: Hashable, Sendable {
        package let name: String
        package let partitionCount: Int
        package let error: KafkaErrorCode?
        /// Partitions without a leader, or with another error, at the moment.
        package let faultyPartitions: [Int32: KafkaErrorCode]

        package init(
            name: String,
            partitionCount: Int,
            error: KafkaErrorCode? = nil,
            faultyPartitions: [Int32: KafkaErrorCode] = [:]
        ) {
            self.name = name
            self.partitionCount = partitionCount
            self.error = error
            self.faultyPartitions = faultyPartitions
        }
    }

    package let brokers: [Broker]
    package let topics: [Topic]

    package init(brokers: [Broker], topics: [Topic]) {
        self.brokers = brokers
        self.topics = topics
    }

    package func topic(named name: String) -> Topic? { topics.first { $0.name == name } }
}

extension ClusterMetadata {
    init(_ metadata: rd_kafka_metadata) {
        let brokers = UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt))
        let topics = UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt))
        self.init(
            brokers: brokers.map { Broker(id: $0.id, host: text($0.host), port: $0.port) },
            topics: topics.map { Topic($0) }
        )
    }
}

extension ClusterMetadata.Topic {
    fileprivate init(_ topic: rd_kafka_metadata_topic) {
        let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
        var faulty: [Int32: KafkaErrorCode] = [:]
        for partition in partitions where partition.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            faulty[partition.id] = KafkaErrorCode(partition.err)
        }
        self.init(
            name: text(topic.topic),
            partitionCount: partitions.count,
            error: topic.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaErrorCode(topic.err),
            faultyPartitions: faulty
        )
    }
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
}
