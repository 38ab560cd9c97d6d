/// What happened to a ``Consumer`` besides messages, in the order in which it happened.
package enum ConsumerEvent: Hashable, Sendable {
    /// These partitions were added to the assignment.
    case assigned([TopicPartition])
    /// These partitions were given up in order, after ``RebalanceDelegate/willRevoke(_:)``.
    case revoked([TopicPartition])
    /// These partitions were taken away, since the group had given the member up; nothing could be committed.
    case lost([TopicPartition])
    /// A commit went through, with these offsets.
    case committed([PartitionOffset])
    /// A commit did not go through, as a whole or for the error's partition.
    case commitFailed(KafkaError)
    /// There is nothing more in the partition for now; only with `enable.partition.eof`.
    case endOfPartition(PartitionOffset)
    /// Trouble with the brokers, the group or, if the error names one, a partition. A truncated log under
    /// `auto.offset.reset=error` comes here, with ``KafkaErrorCode/offsetReset``.
    case error(KafkaError)
    /// A broker made the client wait, because of a quota.
    case throttled(Throttle)
}

/// Takes part in rebalances while they happen.
///
/// Every call comes on the polling thread, inside ``Consumer/poll(into:timeout:)`` or ``Consumer/close(timeout:)``.
/// The consumer is busy meanwhile and cannot be called; what it shall do is returned. The group waits for the answer
/// (up to `max.poll.interval.ms`).
package protocol RebalanceDelegate: AnyObject, Sendable {
    /// Called before partitions are given up: the moment to finish what is under way.
    /// - Returns: offsets to be committed before another member takes over; empty for none.
    func willRevoke(_ partitions: [TopicPartition]) -> [PartitionOffset]

    /// Called before partitions are taken on.
    /// - Returns: where to start those for which the group has no committed offset; `nil`, or a partition left out,
    ///   leaves it to `auto.offset.reset`. Committed offsets always win.
    func assigned(_ partitions: [TopicPartition]) -> [PartitionOffset]?
}
