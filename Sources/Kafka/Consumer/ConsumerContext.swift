import CRdKafka
import Synchronization

/// The consumer's end of its callbacks: does the protocol's work at once and leaves the rest in the mailbox.
///
/// Safety: mutable state is in the mutex; the rest is immutable.
final class ConsumerContext: ClientContext, @unchecked Sendable {
    struct State {
        var events: [ConsumerEvent] = []
        /// Partitions that were given up, and not assigned again, since the current poll began.
        var givenUp: Set<TopicPartition> = []
        var fatalError: KafkaError?
    }

    let delegate: (any RebalanceDelegate)?
    /// How long a rebalance may wait for the coordinator, for each question it has.
    let rebalanceTimeout: Duration
    private let state = Mutex(State())

    init(delegate: (any RebalanceDelegate)?, rebalanceTimeout: Duration, log: ClientLog?) {
        self.delegate = delegate
        self.rebalanceTimeout = rebalanceTimeout
        super.init(log: log)
    }

    /// Rebalances go to a callback rather than an event queue, so that they run in sequence with the batch calls
    /// (INTRODUCTION.md, “Note on Batch consume APIs”).
    override func install(into configuration: borrowing ClientConfiguration) {
        super.install(into: configuration)
        rd_kafka_conf_set_rebalance_cb(configuration.pointer) { client, code, partitions, opaque in
            guard let client else { return }
            withContext(opaque, as: ConsumerContext.self) { context in
                context.rebalance(client, code: code, partitions: partitions)
            }
        }
        rd_kafka_conf_set_error_cb(configuration.pointer) { client, code, reason, opaque in
            guard let client else { return }
            let detail = reason.map { String(cString: $0) } ?? ""
            let error = KafkaError(.connect, code: rd_kafka_resp_err_t(code), of: client, detail: detail)
            withContext(opaque, as: ConsumerContext.self) { $0.post(.error(error)) }
        }
        configuration.setThrottleCallback { _, broker, _, milliseconds, opaque in
            let throttle = Throttle(broker, milliseconds: milliseconds)
            withContext(opaque, as: ConsumerContext.self) { $0.post(.throttled(throttle)) }
        }
    }

    func post(_ event: ConsumerEvent) {
        state.withLock { state in
            state.events.append(event)
            if case .error(let error) = event, error.isFatal, state.fatalError == nil {
                state.fatalError = error
            }
        }
    }

    func drainEvents() -> [ConsumerEvent] {
        state.withLock { state in
            guard !state.events.isEmpty else { return [] }
            defer { state.events = [] }
            return state.events
        }
    }

    func beginPoll() {
        state.withLock { state in
            if !state.givenUp.isEmpty { state.givenUp = [] }
        }
    }

    /// What the poll that ends now gave up, and the error that ended the client if one did.
    func endPoll() -> (givenUp: Set<TopicPartition>, fatalError: KafkaError?) {
        state.withLock { ($0.givenUp, $0.fatalError) }
    }

    func noteAssigned(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.givenUp.subtract(partitions)
            state.events.append(.assigned(partitions))
        }
    }

    func noteGivenUp(_ partitions: [TopicPartition], as event: ConsumerEvent) {
        state.withLock { state in
            state.givenUp.formUnion(partitions)
            state.events.append(event)
        }
    }
}

// MARK: - Outcomes that librdkafka tells

extension ConsumerContext {
    /// Posts the outcome of a commit, which librdkafka gives for the request and for each partition.
    func postCommit(
        code: rd_kafka_resp_err_t,
        offsets: UnsafePointer<rd_kafka_topic_partition_list_t>?,
        of client: OpaquePointer
    ) {
        let outcome = CommitOutcome(code: code, offsets: offsets, of: client)
        for error in outcome.errors { post(.commitFailed(error)) }
        if !outcome.committed.isEmpty { post(.committed(outcome.committed)) }
    }

    /// Turns an error “message” into an event.
    func postError(_ message: UnsafePointer<rd_kafka_message_t>, of client: OpaquePointer) {
        let topic = message.pointee.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) }
        let partition = topic.map { TopicPartition(topic: $0, partition: message.pointee.partition) }
        if let partition, message.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            post(.endOfPartition(PartitionOffset(partition, offset: message.pointee.offset)))
            return
        }
        if message.pointee.err == RD_KAFKA_RESP_ERR__FATAL {
            post(.error(KafkaError(.poll, fatalErrorOf: client)))
            return
        }
        let detail = rd_kafka_message_errstr(message).map { String(cString: $0) } ?? ""
        post(.error(KafkaError(.poll, code: message.pointee.err, detail: detail, partition: partition)))
    }
}

/// Which offsets a commit request has committed and which it has not.
struct CommitOutcome {
    private(set) var committed: [PartitionOffset] = []
    private(set) var errors: [KafkaError] = []

    /// “Nothing to commit” is no error, and partitions without offset were not part of the commit.
    init(
        code: rd_kafka_resp_err_t,
        offsets: UnsafePointer<rd_kafka_topic_partition_list_t>?,
        of client: OpaquePointer
    ) {
        guard code != RD_KAFKA_RESP_ERR__NO_OFFSET else { return }
        for element in TopicPartitionList.elements(of: offsets) where element.offset >= 0 {
            if element.isError {
                errors.append(KafkaError(.commit, code: element.code, partition: element.partition))
            } else if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                committed.append(element.partitionOffset)
            }
        }
        if errors.isEmpty, code != RD_KAFKA_RESP_ERR_NO_ERROR {
            errors.append(KafkaError(.commit, code: code, of: client))
        }
    }
}
