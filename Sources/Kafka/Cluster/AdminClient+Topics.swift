import CRdKafka

// Groups are not deleted here: librdkafka 2 aborts the process if the broker does not know DeleteGroups
// (`rd_kafka_admin_coord_request` in rdkafka_admin.c frees its state twice); brokers expire empty groups themselves.

extension AdminClient {
    /// Creates a topic and waits until its partitions are known to the broker that answers.
    ///
    /// A replication of -1 is the broker's default; the properties are the topic's, such as `cleanup.policy`. The
    /// embedded broker has no controller to ask: see ``MockCluster/createTopic(named:partitions:)``.
    /// - Throws: ``KafkaError``, with ``KafkaErrorCode/topicAlreadyExists`` if it exists.
    package func createTopic(
        named name: String,
        partitions: Int,
        replication: Int = 1,
        properties: ClientProperties = ClientProperties(),
        timeout: Duration
    ) throws(KafkaError) {
        let text = ErrorBuffer()
        let counts = (Int32(clamping: partitions), Int32(clamping: replication))
        guard let topic = rd_kafka_NewTopic_new(name, counts.0, counts.1, text.start, text.capacity) else {
            throw KafkaError(.createTopic, code: .invalidArgument, detail: "“\(name)”: \(text.text)")
        }
        defer { rd_kafka_NewTopic_destroy(topic) }
        for entry in properties.entries { rd_kafka_NewTopic_set_config(topic, entry.key, entry.value) }
        let answer = try request(RD_KAFKA_ADMIN_OP_CREATETOPICS, as: .createTopic, timeout: timeout) {
            var topics: [OpaquePointer?] = [topic]
            rd_kafka_CreateTopics(handle.pointer, &topics, 1, $0, $1)
        }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(
            rd_kafka_event_CreateTopics_result(answer.event),
            &count
        )
        try Self.check(results, count: count, as: .createTopic)
    }

    /// Deletes a topic with everything in it.
    /// - Throws: ``KafkaError``, with ``KafkaErrorCode/unknownTopicOrPartition`` if there is none.
    package func deleteTopic(named name: String, timeout: Duration) throws(KafkaError) {
        let topic = promised(rd_kafka_DeleteTopic_new(name), by: "rd_kafka_DeleteTopic_new")
        defer { rd_kafka_DeleteTopic_destroy(topic) }
        let answer = try request(RD_KAFKA_ADMIN_OP_DELETETOPICS, as: .deleteTopic, timeout: timeout) {
            var topics: [OpaquePointer?] = [topic]
            rd_kafka_DeleteTopics(handle.pointer, &topics, 1, $0, $1)
        }
        var count = 0
        let results = rd_kafka_DeleteTopics_result_topics(
            rd_kafka_event_DeleteTopics_result(answer.event),
            &count
        )
        try Self.check(results, count: count, as: .deleteTopic)
    }

    /// Sends one admin request on a reply queue of its own and waits for the answer.
    private func request(
        _ type: rd_kafka_admin_op_t,
        as operation: KafkaError.Operation,
        timeout: Duration,
        send: (_ options: OpaquePointer, _ queue: OpaquePointer) -> Void
    ) throws(KafkaError) -> AdminAnswer {
        let options = promised(
            rd_kafka_AdminOptions_new(handle.pointer, type),
            by: "rd_kafka_AdminOptions_new"
        )
        defer { rd_kafka_AdminOptions_destroy(options) }
        let text = ErrorBuffer()
        let limit = timeout.milliseconds
        rd_kafka_AdminOptions_set_request_timeout(options, limit, text.start, text.capacity)
        rd_kafka_AdminOptions_set_operation_timeout(options, limit, text.start, text.capacity)
        let queue = promised(rd_kafka_queue_new(handle.pointer), by: "rd_kafka_queue_new")
        defer { rd_kafka_queue_destroy(queue) }
        send(options, queue)
        // A little more, as librdkafka's own timeout says at which stage the request was.
        guard let event = rd_kafka_queue_poll(queue, (timeout + .milliseconds(500)).milliseconds) else {
            throw KafkaError(operation, code: .timedOut, detail: "no answer within \(timeout)")
        }
        let answer = AdminAnswer(event: event)
        let code = rd_kafka_event_error(answer.event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let detail = rd_kafka_event_error_string(answer.event).map { String(cString: $0) } ?? ""
            throw KafkaError(operation, code: code, detail: detail)
        }
        return answer
    }

    private static func check(
        _ results: UnsafeMutablePointer<OpaquePointer?>?,
        count: Int,
        as operation: KafkaError.Operation
    ) throws(KafkaError) {
        for result in UnsafeBufferPointer(start: results, count: count) {
            let code = rd_kafka_topic_result_error(result)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let name = rd_kafka_topic_result_name(result).map { String(cString: $0) } ?? ""
            let reason = rd_kafka_topic_result_error_string(result).map { String(cString: $0) } ?? ""
            throw KafkaError(operation, code: code, detail: "“\(name)”: \(reason)")
        }
    }
}

/// Owns the event that carries the answer to an admin request.
private struct AdminAnswer: ~Copyable {
    let event: OpaquePointer

    deinit { rd_kafka_event_destroy(event) }
}
