import CRdKafka

/// A call to the Kafka client that did not work, or a failure that the client reports by itself.
package struct KafkaError: Error, Hashable, Sendable {
    /// What was being done.
    package enum Operation: String, Hashable, Sendable {
        case connect
        case configure
        case subscribe
        case assign
        case poll
        case pause
        case resume
        case store
        case commit
        case produce
        case close
        case openTopic = "open topic"
        case readMetadata = "read metadata"
        case readOffsets = "read offsets"
        case createTopic = "create topic"
        case deleteTopic = "delete topic"
        case startMockCluster = "start mock cluster"
        case controlMockCluster = "control mock cluster"
    }

    package let operation: Operation
    package let code: KafkaErrorCode
    /// The property, topic or broker concerned, and what librdkafka says about it; may be empty.
    package let detail: String
    /// The partition that the error is about, if it is about one.
    package let partition: TopicPartition?
    /// Whether the client that raised it cannot be used any more.
    package let isFatal: Bool
    /// Whether the same call may well succeed a moment later without anybody changing anything.
    package let isRetriable: Bool

    /// Errors whose origin knows better than their code say themselves whether they are retriable.
    package init(
        _ operation: Operation,
        code: KafkaErrorCode,
        detail: String = "",
        partition: TopicPartition? = nil,
        isFatal: Bool = false,
        isRetriable: Bool? = nil
    ) {
        self.operation = operation
        self.code = code
        self.detail = detail
        self.partition = partition
        self.isFatal = isFatal || code == .fatal
        self.isRetriable = isRetriable ?? code.isRetriable
    }

    /// Whether no broker answered: the connection, all brokers or the time given were lost.
    package var isUnreachable: Bool { code.isUnreachable }
}

extension KafkaError: CustomStringConvertible {
    /// One line, `operation: where: what (CODE)`.
    package var description: String {
        var parts = [operation.rawValue]
        if let partition { parts.append(partition.description) }
        if !detail.isEmpty { parts.append(detail) }
        if !detail.contains(code.description) { parts.append(code.description) }
        return parts.joined(separator: ": ") + " (\(code.name))"
    }
}

extension KafkaError {
    init(
        _ operation: Operation,
        code: rd_kafka_resp_err_t,
        detail: String = "",
        partition: TopicPartition? = nil
    ) {
        self.init(operation, code: KafkaErrorCode(code), detail: detail, partition: partition)
    }

    /// Reads a rich error and destroys it, so that it is destroyed exactly once.
    init(_ operation: Operation, consuming error: OpaquePointer) {
        defer { rd_kafka_error_destroy(error) }
        self.init(
            operation,
            code: KafkaErrorCode(rd_kafka_error_code(error)),
            detail: String(cString: rd_kafka_error_string(error)),
            isFatal: rd_kafka_error_is_fatal(error) != 0,
            isRetriable: rd_kafka_error_is_retriable(error) != 0
        )
    }

    /// The error that made `client` unusable, in place of the bare `_FATAL` that its calls return from then on.
    init(_ operation: Operation, fatalErrorOf client: OpaquePointer) {
        let text = ErrorBuffer()
        let cause = rd_kafka_fatal_error(client, text.start, text.capacity)
        let code = cause == RD_KAFKA_RESP_ERR_NO_ERROR ? RD_KAFKA_RESP_ERR__FATAL : cause
        self.init(operation, code: KafkaErrorCode(code), detail: text.text, isFatal: true)
    }

    /// What a call on `client` returned: the cause, if the client failed fatally before.
    init(_ operation: Operation, code: rd_kafka_resp_err_t, of client: OpaquePointer, detail: String = "") {
        if code == RD_KAFKA_RESP_ERR__FATAL {
            self.init(operation, fatalErrorOf: client)
        } else {
            self.init(operation, code: code, detail: detail)
        }
    }
}
