import CRdKafka

/// Hears what became of each record that a ``Producer`` accepted: exactly one report per record, none for records
/// that were refused.
///
/// Every call comes on the thread that polls, flushes or ends the producer, inside that call; in the order of
/// delivery within a partition. It stands in the path of every record, so it should do no more than count.
package protocol DeliveryObserver: AnyObject, Sendable {
    /// The record is written; `topic` is its ``ProducerTopic/index``.
    ///
    /// The offset is the record's own with `acks` of 1 or more. It is negative (-1001) if the broker did not tell: with
    /// `acks=0`, and when an idempotent producer's retry found the batch already written
    /// (`rd_kafka_handle_Produce_error` in rdkafka_request.c).
    func delivered(topic: Int, partition: Int32, offset: Int64)

    /// The record is not written, or nobody knows whether it is (``KafkaErrorCode/purgedInFlight``, timeouts).
    func undelivered(topic: Int, partition: Int32, error: KafkaErrorCode)

    /// The client has trouble that is not one record's, such as a lost broker; it goes on unless the error is fatal.
    func clientError(_ error: KafkaError)

    /// A broker makes the client wait, or no longer does.
    func throttled(_ throttle: Throttle)
}

extension DeliveryObserver {
    /// For those whom a quota does not concern.
    package func throttled(_ throttle: Throttle) {}
}

/// The producer's end of its callbacks.
///
/// Safety: `reported` and the topic cache are touched in delivery callbacks, which run inside `mutating` methods of
/// the one producer that owns the context, and by these methods.
final class DeliveryContext: ClientContext, @unchecked Sendable {
    private let observer: any DeliveryObserver
    private var reported = 0
    private var lastTopic: OpaquePointer?
    private var lastTopicIndex = 0

    init(observer: any DeliveryObserver, log: ClientLog?) {
        self.observer = observer
        super.init(log: log)
    }

    /// Installs the callbacks.
    ///
    /// The one per message costs less than the event interface, which moves every message to a second list and frees it
    /// in a second walk (`rd_kafka_event_message_next` in rdkafka_event.c).
    override func install(into configuration: borrowing ClientConfiguration) {
        super.install(into: configuration)
        rd_kafka_conf_set_dr_msg_cb(configuration.pointer) { _, message, opaque in
            guard let message else { return }
            withContext(opaque, as: DeliveryContext.self) { $0.report(message) }
        }
        rd_kafka_conf_set_error_cb(configuration.pointer) { client, code, reason, opaque in
            guard let client else { return }
            let detail = reason.map { String(cString: $0) } ?? ""
            let error = KafkaError(
                .connect,
                code: rd_kafka_resp_err_t(code),
                of: client,
                detail: detail
            )
            withContext(opaque, as: DeliveryContext.self) { $0.observer.clientError(error) }
        }
        configuration.setThrottleCallback { _, broker, _, milliseconds, opaque in
            let throttle = Throttle(broker, milliseconds: milliseconds)
            withContext(opaque, as: DeliveryContext.self) { $0.observer.throttled(throttle) }
        }
    }

    /// How many records were reported since the last call.
    func takeReported() -> Int {
        defer { reported = 0 }
        return reported
    }

    private func report(_ message: UnsafePointer<rd_kafka_message_t>) {
        reported &+= 1
        let partition = message.pointee.partition
        let topic = topicIndex(of: message.pointee.rkt)
        guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
            observer.undelivered(
                topic: topic,
                partition: partition,
                error: KafkaErrorCode(message.pointee.err)
            )
            return
        }
        observer.delivered(topic: topic, partition: partition, offset: message.pointee.offset)
    }

    /// Reads the index from the topic's configuration, or remembers it: reports of one batch follow each other.
    ///
    /// A topic handle is never freed while its producer lives, hence its address stands for it.
    private func topicIndex(of topic: OpaquePointer?) -> Int {
        if topic == lastTopic { return lastTopicIndex }
        lastTopic = topic
        lastTopicIndex = topic.map { Int(bitPattern: rd_kafka_topic_opaque($0)) } ?? 0
        return lastTopicIndex
    }
}
