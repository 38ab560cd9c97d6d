import CRdKafka

/// Reads records, as a member of a group or from assigned partitions.
///
/// One thread polls; control calls come from the same thread, between polls (`mutating`, hence never at the same time):
/// up to librdkafka 2.0 seeking or pausing in parallel with a batch call lost messages (CHANGELOG.md, v2.1.0), and
/// two batch calls at a time are undefined (INTRODUCTION.md, “Note on Batch consume APIs”).
///
/// Safety: the client belongs to one consumer and its batches; every librdkafka call that is not thread-safe, or must
/// not overlap a poll, is `mutating`. A shared `let Consumer` can only reach thread-safe ones.
package struct Consumer: ~Copyable, @unchecked Sendable {
    let handle: ClientHandle
    let context: ConsumerContext
    /// `nil` after ``close(timeout:)``.
    var queue: OpaquePointer?
    private var refill: PrefetchRefill
    /// `nil` where a full queue needs no help to be filled again.
    private let wake: ClientWake?

    /// Starts the client's threads; brokers are looked for in the background, so that an absent one is no error here.
    ///
    /// `enable.auto.offset.store` and `enable.auto.commit` are always false: offsets are stored and committed by the
    /// calls below and by nothing else. `group.id` is needed even to read assigned partitions.
    /// - Parameters:
    ///   - properties: of the client, and defaults of its topics.
    ///   - rebalances: takes part in the group's rebalances; is kept.
    ///   - rebalanceTimeout: how long a rebalance waits for the commit of ``RebalanceDelegate/willRevoke(_:)``, and
    ///     for the committed offsets that ``RebalanceDelegate/assigned(_:)`` makes necessary.
    ///   - log: takes librdkafka's log lines; silent without.
    /// - Throws: ``KafkaError`` that names the property and the value which librdkafka refuses.
    package init(
        _ properties: ClientProperties,
        rebalances: (any RebalanceDelegate)? = nil,
        rebalanceTimeout: Duration = .seconds(5),
        log: ClientLog? = nil
    ) throws(KafkaError) {
        refill = PrefetchRefill(properties)
        wake = ClientWake(properties)
        context = ConsumerContext(delegate: rebalances, rebalanceTimeout: rebalanceTimeout, log: log)
        handle = try ClientHandle(RD_KAFKA_CONSUMER, Self.enforced(on: properties), context: context)
        // Everything, errors and commit results included, is then served by polling the one queue.
        rd_kafka_poll_set_consumer(handle.pointer)
        queue = rd_kafka_queue_get_consumer(handle.pointer)
    }

    deinit {
        if let queue {
            _ = Self.close(handle, releasing: queue, timeout: Self.closeTimeout)
        }
    }

    /// Joins the group for these topics, in place of any before.
    ///
    /// A topic that begins with `^` is a pattern. The join goes on in the background while polling, and
    /// ``ConsumerEvent/assigned(_:)`` tells of its end.
    /// - Throws: ``KafkaError`` for a malformed topic or after ``close(timeout:)``.
    package mutating func subscribe(to topics: [String]) throws(KafkaError) {
        let client = try openClient(for: .subscribe)
        let list = TopicPartitionList(topics: topics)
        let code = rd_kafka_subscribe(client, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(.subscribe, code: code, of: client, detail: topics.joined(separator: ", "))
        }
    }

    /// Reads these partitions from these offsets, in place of any before, without the group's balancing.
    ///
    /// With numeric offsets the first message comes within milliseconds; symbolic ones are looked up first, which
    /// librdkafka tries again every 500 ms.
    /// - Throws: ``KafkaError`` for a malformed partition or after ``close(timeout:)``.
    package mutating func assign(_ offsets: [PartitionOffset]) throws(KafkaError) {
        let client = try openClient(for: .assign)
        let list = TopicPartitionList(offsets)
        let code = rd_kafka_assign(client, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(.assign, code: code, of: client) }
    }

    /// Replaces the batch's messages with those that are fetched already; if there are none, waits at most `timeout`
    /// for the first and takes what has come with it.
    ///
    /// The batch call itself gets no timeout: it would wait until the batch is full (`rd_kafka_q_serve_rkmessages` in
    /// rdkafka_queue.c). Counts as a poll for `max.poll.interval.ms` even if nothing arrives. Callbacks and delegate
    /// run on the calling thread before it returns; messages of partitions given up meanwhile are left out, as
    /// their next owner gets them. Look at ``drainEvents()`` after each poll.
    /// - Throws: ``KafkaError`` with `isFatal` if the client cannot be used any more, such as a fenced member; on every
    ///   call from then on. Also after ``close(timeout:)``.
    package mutating func poll(into batch: inout MessageBatch, timeout: Duration) throws(KafkaError) {
        batch.removeAll()
        guard let queue else { throw Self.closedError(.poll) }
        context.beginPoll()
        try batch.drain(queue, of: handle)
        if batch.isEmpty, timeout > .zero {
            if let wake, refill.ranEmpty(at: .now) { wake.perform(handle.pointer) }
            batch.wait(for: queue, of: handle, timeout: timeout)
            if !batch.isEmpty { try batch.drain(queue, of: handle) }
        }
        separateErrors(in: &batch)
        if wake != nil { refill.took(messages: batch.count, bytes: batch.byteCount) }
        let (givenUp, fatalError) = context.endPoll()
        if !givenUp.isEmpty {
            batch.removeAll { givenUp.contains(TopicPartition($0)) }
        }
        if let fatalError { throw fatalError }
    }

    /// What happened since the last call.
    package mutating func drainEvents() -> [ConsumerEvent] { context.drainEvents() }

    /// Stops fetching from partitions of the assignment, without leaving the group.
    ///
    /// Messages that are fetched already are dropped, and fetched again on ``resume(_:)``.
    package mutating func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
        try control(partitions, as: .pause, rd_kafka_pause_partitions)
    }

    /// Goes on with partitions that were paused.
    package mutating func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
        try control(partitions, as: .resume, rd_kafka_resume_partitions)
    }

    /// Gives up the assignment, with the delegate's part in it, and leaves the group.
    ///
    /// The others then need not wait for the session to time out. Stored offsets that are not committed are lost;
    /// events of the way out can still be drained. Does nothing the second time; `deinit` closes if nobody did.
    /// - Throws: ``KafkaError`` if the group cannot be left in time, or the client failed fatally before.
    package mutating func close(timeout: Duration = closeTimeout) throws(KafkaError) {
        guard let queue = queue.take() else { return }
        if let error = Self.close(handle, releasing: queue, timeout: timeout) { throw error }
    }

    /// Enough for the five seconds that librdkafka itself gives a LeaveGroup request (`rd_kafka_cgrp_leave`).
    package static let closeTimeout: Duration = .seconds(10)
}

// MARK: - Inside

extension Consumer {
    func openClient(for operation: KafkaError.Operation) throws(KafkaError) -> OpaquePointer {
        guard queue != nil else { throw Self.closedError(operation) }
        return handle.pointer
    }

    static func closedError(_ operation: KafkaError.Operation) -> KafkaError {
        KafkaError(operation, code: .destroyed, detail: "the consumer is closed")
    }

    private static func enforced(on properties: ClientProperties) throws(KafkaError) -> ClientProperties {
        guard properties["group.id"]?.isEmpty == false else {
            throw KafkaError(.configure, code: .unknownGroup, detail: "“group.id” is not set")
        }
        return properties.merging(["enable.auto.offset.store": "false", "enable.auto.commit": "false"])
    }

    private func separateErrors(in batch: inout MessageBatch) {
        batch.removeAll { message in
            guard message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return false }
            context.postError(message, of: handle.pointer)
            return true
        }
    }

    private func control(
        _ partitions: [TopicPartition],
        as operation: KafkaError.Operation,
        _ call: (OpaquePointer?, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) ->
            rd_kafka_resp_err_t
    ) throws(KafkaError) {
        let client = try openClient(for: operation)
        let list = TopicPartitionList(partitions)
        let code = call(client, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(operation, code: code, of: client) }
        for element in list.elements where element.isError {
            throw KafkaError(operation, code: element.code, partition: element.partition)
        }
    }

    /// Closes through a queue that is polled here, as `rd_kafka_consumer_close` waits without limit.
    ///
    /// The consumer's own queue must be released before (`rd_kafka_queue_get_consumer` in rdkafka.h).
    private static func close(
        _ handle: ClientHandle,
        releasing queue: OpaquePointer,
        timeout: Duration
    ) -> KafkaError? {
        rd_kafka_queue_destroy(queue)
        let events = promised(rd_kafka_queue_new(handle.pointer), by: "rd_kafka_queue_new")
        defer { rd_kafka_queue_destroy(events) }
        if let error = rd_kafka_consumer_close_queue(handle.pointer, events) {
            return KafkaError(.close, consuming: error)
        }
        let deadline = ContinuousClock.now + timeout
        while rd_kafka_consumer_closed(handle.pointer) == 0 {
            let remaining = ContinuousClock.now.duration(to: deadline)
            guard remaining > .zero else {
                return KafkaError(.close, code: .timedOut, detail: "still in the group after \(timeout)")
            }
            // Runs callbacks; a message has no taker any more.
            if let message = rd_kafka_consume_queue(events, remaining.milliseconds) {
                rd_kafka_message_destroy(message)
            }
        }
        return nil
    }
}

extension TopicPartition {
    fileprivate init(_ message: UnsafePointer<rd_kafka_message_t>) {
        let name = message.pointee.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) }
        self.init(topic: name ?? "", partition: message.pointee.partition)
    }
}
