import CRdKafka

/// A topic that a producer has opened.
package struct ProducerTopic: Hashable, Sendable {
    /// Order of opening, from 0, by which the delivery reports of its own producer name the topic.
    package let index: Int
    package let name: String
}

/// Writes records; takes them a run at a time and reports on every one.
///
/// Nothing is dropped: a record is refused with a full queue, or accepted and reported.
///
/// Safety: the client and the topic handles belong to exactly one value. Everything that runs callbacks or changes
/// the table of topics is `mutating`, so that it cannot overlap; `outstanding` is thread-safe in librdkafka.
package struct Producer: ~Copyable, @unchecked Sendable {
    private let handle: ClientHandle
    private let context: DeliveryContext
    private var topics: [(name: String, handle: OpaquePointer)] = []

    /// Starts the client's threads; brokers are looked for in the background, so that an absent one is no error here.
    ///
    /// The observer is kept. Without a log the client is silent.
    /// - Throws: ``KafkaError`` that names the property and the value which librdkafka refuses.
    package init(
        _ properties: ClientProperties,
        deliveries: any DeliveryObserver,
        log: ClientLog? = nil
    ) throws(KafkaError) {
        context = DeliveryContext(observer: deliveries, log: log)
        handle = try ClientHandle(RD_KAFKA_PRODUCER, properties, context: context)
    }

    deinit {
        // What is still queued is reported to the observer as purged, so the books balance to the end.
        rd_kafka_purge(handle.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        rd_kafka_flush(handle.pointer, Self.purgeTimeout.milliseconds)
        for topic in topics { rd_kafka_topic_destroy(topic.handle) }
    }

    /// Far more than the client's threads need to hand back what they hold; no broker is waited for.
    private static let purgeTimeout: Duration = .seconds(2)

    /// Opens a topic, or returns it if it is open; it need not exist yet.
    ///
    /// The index is put into the topic's configuration (`rd_kafka_topic_conf_set_opaque`), from where delivery reports
    /// take it without comparing strings.
    /// - Throws: ``KafkaError`` if the name is no topic's name.
    package mutating func topic(named name: String) throws(KafkaError) -> ProducerTopic {
        if let index = topics.firstIndex(where: { $0.name == name }) {
            return ProducerTopic(index: index, name: name)
        }
        let index = topics.count
        let configuration = rd_kafka_default_topic_conf_dup(handle.pointer)
        rd_kafka_topic_conf_set_opaque(configuration, UnsafeMutableRawPointer(bitPattern: index))
        // rd_kafka_topic_new takes the configuration even where it fails.
        guard let topic = rd_kafka_topic_new(handle.pointer, name, configuration) else {
            throw KafkaError(.openTopic, code: rd_kafka_last_error(), detail: "“\(name)”")
        }
        topics.append((name, topic))
        return ProducerTopic(index: index, name: name)
    }

    /// Copies a run of records into the queue of one partition, with one call to `rd_kafka_produce_batch`.
    ///
    /// A negative partition leaves the choice to the partitioner, record by record, which is slower. Records that have
    /// partitions of their own go there. Records with headers take one call each, since a batch has none.
    /// - Parameters:
    ///   - records: stays as it is, and can be changed again when the call returns.
    ///   - start: the first record of the run to take.
    ///   - topic: one that this producer has opened.
    ///   - partition: which partition to write to.
    /// - Returns: how many were accepted, from `start` on. The others met a full queue: poll, and offer them again.
    /// - Throws: ``KafkaError`` if any record was refused for another reason, such as its size or an unknown partition.
    ///   Records of the run besides that one may have been accepted; they are reported as usual.
    package mutating func enqueue(
        _ records: borrowing RecordRun,
        from start: Int,
        to topic: ProducerTopic,
        partition: Int32
    ) throws(KafkaError) -> Int {
        let offered = records.messages(from: start)
        guard let first = offered.baseAddress, !offered.isEmpty else { return 0 }
        guard records.headerNames.isEmpty else {
            return try enqueueOneByOne(records, from: start, to: topic)
        }
        let accepted = rd_kafka_produce_batch(
            topics[topic.index].handle,
            partition < 0 || records.hasPartitions ? crd_partition_unassigned : partition,
            RD_KAFKA_MSG_F_COPY | (records.hasPartitions ? RD_KAFKA_MSG_F_PARTITION : 0),
            first,
            Int32(offered.count)
        )
        if Int(accepted) < offered.count {
            try throwRefusal(in: offered, of: TopicPartition(topic: topic.name, partition: partition))
        }
        return Int(accepted)
    }

    /// - Returns: how many were accepted before one met a full queue.
    private mutating func enqueueOneByOne(
        _ records: borrowing RecordRun,
        from start: Int,
        to topic: ProducerTopic
    ) throws(KafkaError) -> Int {
        let offered = records.messages(from: start)
        for (index, record) in offered.enumerated() {
            let headers = rd_kafka_headers_new(records.headerNames.count)
            for (number, name) in records.headerNames.enumerated() {
                let value = records.header(number, of: start + index)
                rd_kafka_header_add(headers, name, -1, value.baseAddress, value.count)
            }
            let code = crd_produce(handle.pointer, topics[topic.index].handle, record, headers)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            // The headers are librdkafka's only if it took the record.
            rd_kafka_headers_destroy(headers)
            guard code != RD_KAFKA_RESP_ERR__QUEUE_FULL else { return index }
            if code == RD_KAFKA_RESP_ERR__FATAL { throw KafkaError(.produce, fatalErrorOf: handle.pointer) }
            throw KafkaError(
                .produce,
                code: code,
                detail: "record \(index) of \(offered.count) with \(record.len) bytes",
                partition: TopicPartition(topic: topic.name, partition: record.partition)
            )
        }
        return offered.count
    }

    /// Serves delivery reports and client errors on the calling thread, waiting at most `timeout` for the first.
    /// - Returns: how many records were reported, delivered or not.
    @discardableResult
    package mutating func poll(timeout: Duration) -> Int {
        rd_kafka_poll(handle.pointer, timeout.milliseconds)
        return context.takeReported()
    }

    /// Sends what is queued without lingering and serves reports, until all is reported or the time is over.
    /// - Returns: how many records are still outstanding.
    @discardableResult
    package mutating func flush(timeout: Duration) -> Int {
        rd_kafka_flush(handle.pointer, timeout.milliseconds)
        return outstanding
    }

    /// Records that are accepted and not reported, and other events that wait to be polled (`rd_kafka_outq_len`).
    package var outstanding: Int { Int(rd_kafka_outq_len(handle.pointer)) }

    private func throwRefusal(
        in offered: UnsafeMutableBufferPointer<rd_kafka_message_t>,
        of partition: TopicPartition
    ) throws(KafkaError) {
        for (index, record) in offered.enumerated() {
            let code = record.err
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR__QUEUE_FULL else { continue }
            if code == RD_KAFKA_RESP_ERR__FATAL {
                throw KafkaError(.produce, fatalErrorOf: handle.pointer)
            }
            let detail = "record \(index) of \(offered.count) with \(record.len) bytes"
            throw KafkaError(.produce, code: code, detail: detail, partition: partition)
        }
    }
}
