import CRdKafka

/// The embedded broker: librdkafka's mock cluster, which speaks the real protocol on sockets of the loopback interface.
///
/// It lives in threads of this process, as long as the value; a function that never returns must use the value after
/// its wait (`withExtendedLifetime`), or the optimiser ends it before.
///
/// It keeps 5 MiB or 100,000 batches per partition and drops the oldest beyond that, creates unknown topics when asked
/// for them, has no controller for admin requests, and refuses commits while members of a group are joining, where a
/// real broker takes them (rdkafka_mock.c, rdkafka_mock_handlers.c, rdkafka_mock_cgrp.c).
///
/// Safety: client and cluster belong to exactly one value; the functions of rdkafka_mock.h hand their work to the
/// cluster's thread or hold its lock.
package struct MockCluster: ~Copyable, @unchecked Sendable {
    /// Requests of the Kafka protocol, by their number there.
    package struct Request: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int16

        package init(rawValue: Int16) { self.rawValue = rawValue }

        package static let produce = Request(rawValue: 0)
        package static let fetch = Request(rawValue: 1)
        package static let listOffsets = Request(rawValue: 2)
        package static let metadata = Request(rawValue: 3)
        package static let offsetCommit = Request(rawValue: 8)
        package static let offsetFetch = Request(rawValue: 9)
        package static let findCoordinator = Request(rawValue: 10)
        package static let joinGroup = Request(rawValue: 11)
        package static let heartbeat = Request(rawValue: 12)
        package static let leaveGroup = Request(rawValue: 13)
        package static let syncGroup = Request(rawValue: 14)
        package static let apiVersions = Request(rawValue: 18)
        package static let initProducerID = Request(rawValue: 22)
    }

    /// The client that the cluster needs for its bookkeeping; it does nothing else.
    private let handle: ClientHandle
    private let cluster: OpaquePointer

    /// Starts listening on ports that the system chooses.
    ///
    /// Brokers are numbered from 1.
    /// - Throws: ``KafkaError`` if sockets or threads cannot be had.
    package init(brokers: Int = 1, log: ClientLog? = nil) throws(KafkaError) {
        guard (1...Int(Int16.max)).contains(brokers) else {
            throw KafkaError(.startMockCluster, code: .invalidArgument, detail: "\(brokers) brokers")
        }
        let context = ClientContext(log: log)
        let client = try ClientHandle(RD_KAFKA_PRODUCER, ClientProperties(), context: context)
        guard let cluster = rd_kafka_mock_cluster_new(client.pointer, Int32(brokers)) else {
            throw KafkaError(.startMockCluster, code: .failed, detail: "no socket on the loopback interface")
        }
        handle = client
        self.cluster = cluster
    }

    deinit { rd_kafka_mock_cluster_destroy(cluster) }

    /// What clients take as `bootstrap.servers`.
    package var bootstrapServers: String {
        rd_kafka_mock_cluster_bootstraps(cluster).map { String(cString: $0) } ?? ""
    }

    /// Creates a topic with one replica.
    /// - Throws: ``KafkaError`` if it exists, or the cluster does not take the numbers.
    package func createTopic(named name: String, partitions: Int) throws(KafkaError) {
        try check(
            rd_kafka_mock_topic_create(cluster, name, Int32(clamping: partitions), 1),
            of: "topic “\(name)”"
        )
    }

    /// Has members of groups that speak the protocol of KIP-848 show themselves so often, and be given up after so
    /// long; of all groups alike.
    ///
    /// By itself the cluster takes 3 s and 30 s.
    /// - Returns: false if the library's mock cluster does not know that protocol; nothing is changed then.
    @discardableResult
    package func setGroupSession(timeout: Duration, heartbeat: Duration) -> Bool {
        typealias Setter = @convention(c) (OpaquePointer, Int32) -> Void
        guard
            let timeoutSetter = LateFunction.address(
                of: "rd_kafka_mock_set_group_consumer_session_timeout_ms"
            ),
            let heartbeatSetter = LateFunction.address(
                of: "rd_kafka_mock_set_group_consumer_heartbeat_interval_ms"
            )
        else { return false }
        unsafeBitCast(timeoutSetter, to: Setter.self)(cluster, timeout.milliseconds)
        unsafeBitCast(heartbeatSetter, to: Setter.self)(cluster, heartbeat.milliseconds)
        return true
    }

    /// Answers the next requests of a kind with these errors, one after the other.
    ///
    /// ``KafkaErrorCode/transport`` closes the connection instead.
    package func pushErrors(_ codes: [KafkaErrorCode], for request: Request) {
        let errors = codes.map { rd_kafka_resp_err_t($0.rawValue) }
        rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, errors.count, errors)
    }

    /// Forgets the errors that were pushed and not used.
    package func clearErrors(for request: Request) {
        rd_kafka_mock_clear_request_errors(cluster, request.rawValue)
    }

    /// Delays every answer of a broker, or of all if none is named.
    /// - Throws: ``KafkaError`` if there is no such broker.
    package func setRoundTripTime(_ time: Duration, of broker: Int32? = nil) throws(KafkaError) {
        try check(
            rd_kafka_mock_broker_set_rtt(cluster, broker ?? -1, time.milliseconds),
            of: Self.name(of: broker)
        )
    }

    /// Closes the connections of a broker, or of all if none is named, and takes no new ones.
    ///
    /// Its partitions keep it as their leader.
    /// - Throws: ``KafkaError`` if there is no such broker.
    package func takeDown(_ broker: Int32? = nil) throws(KafkaError) {
        try check(rd_kafka_mock_broker_set_down(cluster, broker ?? -1), of: Self.name(of: broker))
    }

    /// Lets a broker, or all if none is named, take connections again.
    /// - Throws: ``KafkaError`` if there is no such broker.
    package func bringUp(_ broker: Int32? = nil) throws(KafkaError) {
        try check(rd_kafka_mock_broker_set_up(cluster, broker ?? -1), of: Self.name(of: broker))
    }

    private func check(_ code: rd_kafka_resp_err_t, of subject: String) throws(KafkaError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw KafkaError(.controlMockCluster, code: code, detail: subject)
    }

    private static func name(of broker: Int32?) -> String { broker.map { "broker \($0)" } ?? "all brokers" }
}
