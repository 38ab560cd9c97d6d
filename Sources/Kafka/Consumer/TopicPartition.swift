/// One partition of one topic.
package struct TopicPartition: Hashable, Sendable {
    package let topic: String
    package let partition: Int32

    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}

extension TopicPartition: Comparable {
    /// By topic, then by number.
    package static func < (first: TopicPartition, second: TopicPartition) -> Bool {
        (first.topic, first.partition) < (second.topic, second.partition)
    }
}

extension TopicPartition: CustomStringConvertible {
    /// `topic[partition]`; the bare topic if no partition is meant.
    package var description: String { partition < 0 ? topic : "\(topic)[\(partition)]" }
}

/// A place in a partition.
///
/// Where it tells how far a consumer has come, the offset is that of the *next* record: the last handled one plus one.
package struct PartitionOffset: Hashable, Sendable {
    package let partition: TopicPartition
    package let offset: Int64

    package init(_ partition: TopicPartition, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    package init(topic: String, partition: Int32, offset: Int64) {
        self.init(TopicPartition(topic: topic, partition: partition), offset: offset)
    }
}

extension PartitionOffset: CustomStringConvertible {
    /// `topic[partition]@offset`.
    package var description: String { "\(partition)@\(offset)" }
}

/// The bounds of what a partition holds.
package struct Watermarks: Hashable, Sendable {
    /// Offset of the oldest record that is still there; equal to `high` in an empty partition.
    package let low: Int64
    /// Offset that the next record will get.
    package let high: Int64

    package init(low: Int64, high: Int64) {
        self.low = low
        self.high = high
    }
}
