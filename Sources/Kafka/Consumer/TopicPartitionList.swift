import CRdKafka

/// Owns a `rd_kafka_topic_partition_list_t`.
struct TopicPartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int) {
        let size = Int32(clamping: capacity)
        pointer = promised(
            rd_kafka_topic_partition_list_new(size),
            by: "rd_kafka_topic_partition_list_new"
        )
    }

    init(topics: [String]) {
        self.init(capacity: topics.count)
        for topic in topics {
            rd_kafka_topic_partition_list_add(pointer, topic, crd_partition_unassigned)
        }
    }

    init(_ partitions: [TopicPartition]) {
        self.init(capacity: partitions.count)
        for partition in partitions {
            rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
        }
    }

    init(_ offsets: [PartitionOffset]) {
        self.init(capacity: offsets.count)
        for entry in offsets { add(entry) }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    private func add(_ entry: PartitionOffset) {
        let topic = entry.partition.topic
        let element = rd_kafka_topic_partition_list_add(pointer, topic, entry.partition.partition)
        element?.pointee.offset = entry.offset
    }

    var elements: [Element] { Self.elements(of: pointer) }

    /// What a list says about one partition.
    struct Element {
        let partition: TopicPartition
        /// Negative for librdkafka's symbolic offsets, of which “none” (-1001) is the usual one.
        let offset: Int64
        let code: rd_kafka_resp_err_t

        var isError: Bool { code != RD_KAFKA_RESP_ERR_NO_ERROR }
        var partitionOffset: PartitionOffset { PartitionOffset(partition, offset: offset) }
    }

    /// Reads a list that belongs to librdkafka, such as a callback's argument.
    static func elements(of list: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [Element] {
        guard let list = list?.pointee, let elements = list.elems else { return [] }
        return (0..<Int(list.cnt)).map { index in
            let element = elements[index]
            let topic = element.topic.map { String(cString: $0) } ?? ""
            return Element(
                partition: TopicPartition(topic: topic, partition: element.partition),
                offset: element.offset,
                code: element.err
            )
        }
    }

    static func elements(of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> [Element] {
        elements(of: UnsafePointer(list))
    }
}
