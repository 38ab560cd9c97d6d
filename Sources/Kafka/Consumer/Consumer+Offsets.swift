import CRdKafka

// Offsets are those of the next record to be read: the last handled one plus one.

extension Consumer {
    /// Notes how far a partition is handled, for the next ``commitStored()``.
    /// - Throws: ``KafkaError`` with ``KafkaErrorCode/wrongState`` or ``KafkaErrorCode/unknownPartition`` if the
    ///   partition is not assigned (any more).
    package mutating func store(_ offset: Int64, of partition: TopicPartition) throws(KafkaError) {
        let refused = try storeOffsets([PartitionOffset(partition, offset: offset)])
        guard refused.isEmpty else {
            throw KafkaError(.store, code: .wrongState, detail: "not assigned", partition: partition)
        }
    }

    /// Notes how far partitions are handled, for the next ``commitStored()``, and sends nothing.
    /// - Returns: the partitions that were refused because they are not assigned (any more).
    /// - Throws: ``KafkaError`` for any other reason.
    @discardableResult
    package mutating func storeOffsets(_ offsets: [PartitionOffset]) throws(KafkaError) -> [TopicPartition] {
        guard !offsets.isEmpty else { return [] }
        let client = try openClient(for: .store)
        let list = TopicPartitionList(offsets)
        rd_kafka_offsets_store(client, list.pointer)
        var refused: [TopicPartition] = []
        for element in list.elements where element.isError {
            switch KafkaErrorCode(element.code) {
            case .wrongState, .unknownPartition: refused.append(element.partition)
            case let code: throw KafkaError(.store, code: code, partition: element.partition)
            }
        }
        return refused
    }

    /// Sends a commit of the stored offsets; the outcome comes as an event of a later poll, none if nothing is new.
    package mutating func commitStored() throws(KafkaError) {
        try commitLater(nil)
    }

    /// Commits the stored offsets and waits for the outcome, which is success if nothing is new.
    /// - Throws: ``KafkaError``, of the first partition that failed if only some did. After a timeout the commit may
    ///   still go through.
    package mutating func commitStored(waiting timeout: Duration) throws(KafkaError) {
        try commitNow(nil, timeout: timeout)
    }

    /// Sends a commit of these offsets; the outcome comes as an event of a later poll.
    package mutating func commit(_ offsets: [PartitionOffset]) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let list = TopicPartitionList(offsets)
        try commitLater(list.pointer)
    }

    /// Commits these offsets and waits for the outcome.
    /// - Throws: ``KafkaError``, of the first partition that failed if only some did. After a timeout the commit may
    ///   still go through.
    package mutating func commit(_ offsets: [PartitionOffset], waiting timeout: Duration) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let list = TopicPartitionList(offsets)
        try commitNow(list.pointer, timeout: timeout)
    }

    private func commitNow(
        _ offsets: UnsafePointer<rd_kafka_topic_partition_list_t>?,
        timeout: Duration
    ) throws(KafkaError) {
        let client = try openClient(for: .commit)
        let outcome = try commitWaiting(offsets, of: client, timeout: timeout)
        if let error = outcome.errors.first { throw error }
    }

    /// The answer goes to the consumer's own queue, with a callback: one without would stop the process in
    /// `rd_kafka_consume0` (rdkafka.c), which expects nothing but messages there.
    private func commitLater(_ offsets: UnsafePointer<rd_kafka_topic_partition_list_t>?) throws(KafkaError) {
        guard let queue else { throw Self.closedError(.commit) }
        let opaque = Unmanaged.passUnretained(context).toOpaque()
        let code = rd_kafka_commit_queue(
            handle.pointer,
            offsets,
            queue,
            { client, code, offsets, opaque in
                guard let client else { return }
                withContext(opaque, as: ConsumerContext.self) { context in
                    context.postCommit(code: code, offsets: UnsafePointer(offsets), of: client)
                }
            },
            opaque
        )
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(.commit, code: code, of: handle.pointer)
        }
    }
}

// MARK: - Reading

extension Consumer {
    /// The partitions that the consumer has at the moment.
    package func assignment() throws(KafkaError) -> [TopicPartition] {
        let client = try openClient(for: .assign)
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        let code = rd_kafka_assignment(client, &list)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(.assign, code: code, of: client) }
        defer { rd_kafka_topic_partition_list_destroy(list) }
        return TopicPartitionList.elements(of: list).map(\.partition)
    }

    /// What the group has committed, asked of its coordinator; partitions without a committed offset are left out.
    /// - Returns: the offsets from where a member would go on.
    /// - Throws: ``KafkaError``, also if the coordinator does not answer in time.
    package func committed(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let client = try openClient(for: .readOffsets)
        let list = TopicPartitionList(partitions)
        let code = rd_kafka_committed(client, list.pointer, timeout.milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(.readOffsets, code: code, of: client)
        }
        return try Self.offsets(in: list)
    }

    /// The offset after the last message that polls returned; partitions of which none came are left out.
    package func position(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        let client = try openClient(for: .readOffsets)
        let list = TopicPartitionList(partitions)
        let code = rd_kafka_position(client, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(.readOffsets, code: code, of: client)
        }
        return try Self.offsets(in: list)
    }

    /// The bounds of a partition, asked of its leader.
    /// - Throws: ``KafkaError``, also if there is no such partition or the leader does not answer in time.
    package func watermarks(of partition: TopicPartition, timeout: Duration) throws(KafkaError) -> Watermarks
    {
        try handle.watermarks(of: partition, timeout: timeout)
    }

    /// The bounds that the last fetch brought along, without asking anybody; `nil` before the first fetch.
    package func cachedWatermarks(of partition: TopicPartition) -> Watermarks? {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_get_watermark_offsets(
            handle.pointer,
            partition.topic,
            partition.partition,
            &low,
            &high
        )
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, low >= 0, high >= 0 else { return nil }
        return Watermarks(low: low, high: high)
    }

    private static func offsets(
        in list: borrowing TopicPartitionList
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for element in list.elements {
            if element.isError {
                throw KafkaError(.readOffsets, code: element.code, partition: element.partition)
            }
            if element.offset >= 0 { offsets[element.partition] = element.offset }
        }
        return offsets
    }
}

extension ClientHandle {
    /// Two requests to the partition's leader, one after the other, within the timeout together; thread-safe.
    ///
    /// Not `rd_kafka_query_watermark_offsets`: up to librdkafka 2.0 that waits for the leader's answer without any limit (rdkafka.c), for
    /// ever if the broker has gone.
    func watermarks(of partition: TopicPartition, timeout: Duration) throws(KafkaError) -> Watermarks {
        let deadline = ContinuousClock.now + timeout
        let low = try bound(Int64(RD_KAFKA_OFFSET_BEGINNING), of: partition, timeout)
        let high = try bound(Int64(RD_KAFKA_OFFSET_END), of: partition, deadline - ContinuousClock.now)
        return Watermarks(low: low, high: high)
    }

    /// `symbol`: the beginning or the end, which the protocol asks for in the place of a time.
    private func bound(
        _ symbol: Int64,
        of partition: TopicPartition,
        _ timeout: Duration
    ) throws(KafkaError) -> Int64 {
        let list = TopicPartitionList([PartitionOffset(partition, offset: symbol)])
        let code = rd_kafka_offsets_for_times(
            pointer,
            list.pointer,
            max(.milliseconds(1), timeout).milliseconds
        )
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(.readOffsets, code: code, partition: partition)
        }
        guard let answer = list.elements.first, !answer.isError else {
            let code = list.elements.first?.code ?? RD_KAFKA_RESP_ERR__TIMED_OUT
            throw KafkaError(.readOffsets, code: code, partition: partition)
        }
        // What was not answered in time stands as it was.
        guard answer.offset >= 0 else {
            throw KafkaError(.readOffsets, code: RD_KAFKA_RESP_ERR__TIMED_OUT, partition: partition)
        }
        return answer.offset
    }
}
