import CRdKafka
import Synchronization

/// Looks at a cluster and changes its topics and groups.
///
/// Calls block their thread for the timeout given at most; none is `mutating`, because all are thread-safe in
/// librdkafka and each has a reply queue of its own.
///
/// Safety: the client belongs to exactly one value, and only thread-safe functions are called on it.
package struct AdminClient: ~Copyable, @unchecked Sendable {
    let handle: ClientHandle
    private let context: AdminContext

    /// Starts the client's threads.
    ///
    /// Properties of consumers, such as `group.id`, are accepted and ignored.
    /// - Throws: ``KafkaError`` that names the property and the value which librdkafka refuses.
    package init(_ properties: ClientProperties, log: ClientLog? = nil) throws(KafkaError) {
        context = AdminContext(log: log)
        handle = try ClientHandle(RD_KAFKA_PRODUCER, properties, context: context)
    }

    /// Asks any broker for the brokers and topics of the cluster, or for one topic only.
    ///
    /// The first question about a topic may create it, if the cluster is configured to do so.
    /// - Returns: what the broker knows; a topic that does not exist has an error.
    /// - Throws: ``KafkaError``; if no broker answers in time, with `isUnreachable` and what the last attempt to
    ///   connect met.
    package func metadata(
        of topic: String? = nil,
        timeout: Duration
    ) throws(KafkaError) -> ClusterMetadata {
        let local = try topic.map { name throws(KafkaError) in try openTopic(name) }
        defer { local.map { rd_kafka_topic_destroy($0) } }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let everything: Int32 = local == nil ? 1 : 0
        let code = rd_kafka_metadata(handle.pointer, everything, local, &metadata, timeout.milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            throw connectionError(KafkaErrorCode(code))
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        return ClusterMetadata(metadata.pointee)
    }

    /// The bounds of partitions: two questions to each leader, about all its partitions at once.
    ///
    /// One after the other they would cost two questions each.
    /// - Parameters:
    ///   - partitions: no one of them twice.
    ///   - timeout: of each of the two questions.
    /// - Returns: the bounds of every partition asked for.
    /// - Throws: ``KafkaError`` of the first partition that does not exist, or of all if there is no answer.
    package func watermarks(
        of partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Watermarks] {
        guard !partitions.isEmpty else { return [:] }
        let low = try offsets(of: partitions, at: Self.beginning, timeout: timeout)
        let high = try offsets(of: partitions, at: Self.end, timeout: timeout)
        return low.merging(high) { Watermarks(low: $0.low, high: $1.high) }
    }

    /// What the protocol has in the place of a timestamp, for where a partition begins and ends (ListOffsets).
    private static let (beginning, end): (Int64, Int64) = (-2, -1)

    /// - Returns: for each partition the offset that stands at the time, as both bounds.
    private func offsets(
        of partitions: [TopicPartition],
        at time: Int64,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Watermarks] {
        let list = TopicPartitionList(partitions.map { PartitionOffset($0, offset: time) })
        let code = rd_kafka_offsets_for_times(handle.pointer, list.pointer, timeout.milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(.readOffsets, code: KafkaErrorCode(code), partition: partitions.first)
        }
        var offsets: [TopicPartition: Watermarks] = [:]
        for element in list.elements {
            guard !element.isError else {
                throw KafkaError(
                    .readOffsets,
                    code: KafkaErrorCode(element.code),
                    partition: element.partition
                )
            }
            offsets[element.partition] = Watermarks(low: element.offset, high: element.offset)
        }
        return offsets
    }

    private func openTopic(_ name: String) throws(KafkaError) -> OpaquePointer {
        guard let topic = rd_kafka_topic_new(handle.pointer, name, nil) else {
            throw KafkaError(.openTopic, code: rd_kafka_last_error(), detail: "“\(name)”")
        }
        return topic
    }

    /// `rd_kafka_metadata` knows only that the time is over; the connection's own error waits to be polled.
    private func connectionError(_ code: KafkaErrorCode) -> KafkaError {
        guard code.isUnreachable else { return KafkaError(.readMetadata, code: code) }
        rd_kafka_poll(handle.pointer, 0)
        guard let cause = context.lastConnectionError else { return KafkaError(.connect, code: code) }
        return KafkaError(.connect, code: cause.code, detail: cause.detail)
    }
}

/// Keeps the last error of a connection, which the failed call does not tell.
///
/// Safety: mutable state is in the mutex.
private final class AdminContext: ClientContext, @unchecked Sendable {
    private let lastError = Mutex<KafkaError?>(nil)

    var lastConnectionError: KafkaError? { lastError.withLock { $0 } }

    override func install(into configuration: borrowing ClientConfiguration) {
        super.install(into: configuration)
        rd_kafka_conf_set_error_cb(configuration.pointer) { _, code, reason, opaque in
            let detail = reason.map { String(cString: $0) } ?? ""
            let error = KafkaError(.connect, code: KafkaErrorCode(rawValue: code), detail: detail)
            withContext(opaque, as: AdminContext.self) { $0.note(error) }
        }
    }

    /// “All brokers are down” sums up what a more telling error said before.
    private func note(_ error: KafkaError) {
        lastError.withLock { last in
            if last == nil || error.code != .allBrokersDown { last = error }
        }
    }
}
