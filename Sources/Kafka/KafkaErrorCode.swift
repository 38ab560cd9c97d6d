import CRdKafka

/// What went wrong, as librdkafka numbers it (`rd_kafka_resp_err_t`): negative codes arise in the client, positive
/// ones are the broker's.
///
/// Codes without a constant here are carried through unchanged, so a newer librdkafka loses nothing.
package struct KafkaErrorCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    init(_ code: rd_kafka_resp_err_t) { rawValue = code.rawValue }

    /// The identifier in librdkafka and the Kafka protocol, such as `_TRANSPORT` or `OFFSET_OUT_OF_RANGE`.
    package var name: String { String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(rawValue))) }

    /// Whether the same call may well succeed a moment later without anybody changing anything.
    package var isRetriable: Bool { Self.retriable.contains(self) }

    /// Whether the code says that no broker answered.
    package var isUnreachable: Bool {
        switch self {
        case .transport, .allBrokersDown, .timedOut, .resolve: true
        default: false
        }
    }

    /// Whether the cluster does not let this client in, or not do what it asked for.
    package var isRefusal: Bool { Self.refusals.contains(self) }

    private static let refusals: Set<KafkaErrorCode> = [
        .authentication, .saslAuthenticationFailed, .ssl, .topicAuthorizationFailed,
        .groupAuthorizationFailed, .clusterAuthorizationFailed, .unsupportedSASLMechanism, .illegalSASLState,
    ]

    /// Whether events came that are not what was written: who reads goes on behind them.
    package var isDamage: Bool { self == .damagedBatch || self == .damagedCompression }

    private static let retriable: Set<KafkaErrorCode> = [
        .transport, .allBrokersDown, .timedOut, .queueFull, .waitingForCoordinator, .leaderNotAvailable,
        .notLeaderForPartition, .requestTimedOut, .coordinatorLoading, .coordinatorNotAvailable,
        .notCoordinator,
        .rebalanceInProgress,
    ]
}

extension KafkaErrorCode: CustomStringConvertible {
    /// librdkafka's own words for the code (`rd_kafka_err2str`).
    package var description: String { String(cString: rd_kafka_err2str(rd_kafka_resp_err_t(rawValue))) }
}

// MARK: - Codes of the client

extension KafkaErrorCode {
    package static let none = KafkaErrorCode(RD_KAFKA_RESP_ERR_NO_ERROR)
    /// The connection broke, or could not be made.
    package static let transport = KafkaErrorCode(RD_KAFKA_RESP_ERR__TRANSPORT)
    /// The broker's host name has no address.
    package static let resolve = KafkaErrorCode(RD_KAFKA_RESP_ERR__RESOLVE)
    package static let allBrokersDown = KafkaErrorCode(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    package static let timedOut = KafkaErrorCode(RD_KAFKA_RESP_ERR__TIMED_OUT)
    /// A record waited longer than `message.timeout.ms` in the producer.
    package static let messageTimedOut = KafkaErrorCode(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
    /// The producer's queue is at `queue.buffering.max.messages` or `queue.buffering.max.kbytes`.
    package static let queueFull = KafkaErrorCode(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    /// The record was thrown away unsent because its producer ended.
    package static let purgedFromQueue = KafkaErrorCode(RD_KAFKA_RESP_ERR__PURGE_QUEUE)
    /// The record was on its way when its producer ended: it may have been written or not.
    package static let purgedInFlight = KafkaErrorCode(RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
    package static let invalidArgument = KafkaErrorCode(RD_KAFKA_RESP_ERR__INVALID_ARG)
    /// The call does not fit the client's state, such as storing an offset of a partition that is not assigned.
    package static let wrongState = KafkaErrorCode(RD_KAFKA_RESP_ERR__STATE)
    /// The client has no such partition.
    package static let unknownPartition = KafkaErrorCode(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    /// The client has no such topic.
    package static let unknownTopic = KafkaErrorCode(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    /// The consumer has no `group.id`.
    package static let unknownGroup = KafkaErrorCode(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP)
    package static let waitingForCoordinator = KafkaErrorCode(RD_KAFKA_RESP_ERR__WAIT_COORD)
    /// There was nothing to commit.
    package static let noOffset = KafkaErrorCode(RD_KAFKA_RESP_ERR__NO_OFFSET)
    /// The position is gone from the log, or the partition has none, and `auto.offset.reset` is `error`.
    package static let offsetReset = KafkaErrorCode(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    /// A batch of events is not what its checksum says; the client leaves it out.
    package static let damagedBatch = KafkaErrorCode(RD_KAFKA_RESP_ERR__BAD_MSG)
    /// A batch of events cannot be decompressed; the client leaves it out.
    package static let damagedCompression = KafkaErrorCode(RD_KAFKA_RESP_ERR__BAD_COMPRESSION)
    package static let endOfPartition = KafkaErrorCode(RD_KAFKA_RESP_ERR__PARTITION_EOF)
    /// The time between two polls exceeded `max.poll.interval.ms`, and the member left its group.
    package static let pollIntervalExceeded = KafkaErrorCode(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    /// The client cannot be used any more; the cause is in the error's detail.
    package static let fatal = KafkaErrorCode(RD_KAFKA_RESP_ERR__FATAL)
    /// The client has been closed.
    package static let destroyed = KafkaErrorCode(RD_KAFKA_RESP_ERR__DESTROY)
    /// The broker does not know the request, or this librdkafka was built without the feature.
    package static let unsupportedFeature = KafkaErrorCode(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)
    /// The client could not prove to the broker who it is.
    package static let authentication = KafkaErrorCode(RD_KAFKA_RESP_ERR__AUTHENTICATION)
    /// No TLS connection could be made.
    package static let ssl = KafkaErrorCode(RD_KAFKA_RESP_ERR__SSL)
    /// The client failed inside, without a better code.
    package static let failed = KafkaErrorCode(RD_KAFKA_RESP_ERR__FAIL)
}

// MARK: - Codes of the broker

extension KafkaErrorCode {
    package static let offsetOutOfRange = KafkaErrorCode(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
    package static let unknownTopicOrPartition = KafkaErrorCode(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    package static let leaderNotAvailable = KafkaErrorCode(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
    package static let notLeaderForPartition = KafkaErrorCode(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION)
    package static let requestTimedOut = KafkaErrorCode(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT)
    /// The record is larger than the client's or the broker's limit.
    package static let messageTooLarge = KafkaErrorCode(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    package static let coordinatorLoading = KafkaErrorCode(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS)
    package static let coordinatorNotAvailable = KafkaErrorCode(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE)
    package static let notCoordinator = KafkaErrorCode(RD_KAFKA_RESP_ERR_NOT_COORDINATOR)
    /// The member belongs to an earlier generation of its group.
    package static let illegalGeneration = KafkaErrorCode(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
    package static let unknownMember = KafkaErrorCode(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    package static let rebalanceInProgress = KafkaErrorCode(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
    package static let topicAlreadyExists = KafkaErrorCode(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    /// Another client took over this one's identity.
    package static let fenced = KafkaErrorCode(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
    package static let saslAuthenticationFailed = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED
    )
    package static let unsupportedSASLMechanism = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM
    )
    /// A request before the client has said who it is, such as one without SASL to a listener that asks for it.
    package static let illegalSASLState = KafkaErrorCode(RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE)
    /// No right to the topic, or to its name.
    package static let topicAuthorizationFailed = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
    )
    package static let groupAuthorizationFailed = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED
    )
    /// No right to what concerns the whole cluster, such as making topics.
    package static let clusterAuthorizationFailed = KafkaErrorCode(
        RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED
    )
    /// The cluster has rules for topics, and this one breaks them.
    package static let policyViolation = KafkaErrorCode(RD_KAFKA_RESP_ERR_POLICY_VIOLATION)
    package static let invalidConfig = KafkaErrorCode(RD_KAFKA_RESP_ERR_INVALID_CONFIG)
    package static let replicaNotAvailable = KafkaErrorCode(RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE)
    /// The leader knows an older epoch of the partition than the client.
    package static let unknownLeaderEpoch = KafkaErrorCode(RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH)
    /// The client knows an older epoch of the partition than the leader.
    package static let fencedLeaderEpoch = KafkaErrorCode(RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH)
    /// A new leader does not know its end yet.
    package static let offsetNotAvailable = KafkaErrorCode(RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE)
    package static let notController = KafkaErrorCode(RD_KAFKA_RESP_ERR_NOT_CONTROLLER)
    /// More replicas than the cluster has brokers, or none.
    package static let invalidReplication = KafkaErrorCode(RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR)
}
