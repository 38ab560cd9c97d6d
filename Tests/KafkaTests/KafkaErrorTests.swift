import Kafka
import Testing

@Suite("Kafka errors")
struct KafkaErrorTests {
    @Test(
        "codes have librdkafka's names",
        arguments: [
            (KafkaErrorCode.transport, "_TRANSPORT"), (.queueFull, "_QUEUE_FULL"), (.timedOut, "_TIMED_OUT"),
            (.offsetReset, "_AUTO_OFFSET_RESET"), (.offsetOutOfRange, "OFFSET_OUT_OF_RANGE"),
            (.unknownTopicOrPartition, "UNKNOWN_TOPIC_OR_PART"), (.none, "NO_ERROR"),
        ]
    )
    func names(code: KafkaErrorCode, name: String) {
        #expect(code.name == name)
        #expect(!code.description.isEmpty)
    }

    @Test(
        "codes that this librdkafka does not know have a name too",
        arguments: [-5_000, 5_000, Int32.min, .max]
    )
    func unknownCodes(number: Int32) {
        #expect(KafkaErrorCode(rawValue: number).name.hasPrefix("ERR_"))
        #expect(!KafkaErrorCode(rawValue: number).description.isEmpty)
    }

    @Test(
        "lost connections, lost brokers and timeouts count as unreachable, and only they",
        arguments: [
            (KafkaErrorCode.transport, true), (.allBrokersDown, true), (.timedOut, true), (.resolve, true),
            (.queueFull, false), (.offsetOutOfRange, false), (.fatal, false),
        ]
    )
    func unreachable(code: KafkaErrorCode, isUnreachable: Bool) {
        #expect(KafkaError(.connect, code: code).isUnreachable == isUnreachable)
    }

    @Test("an error says operation, partition, detail and code on one line")
    func description() {
        let error = KafkaError(
            .commit,
            code: .offsetOutOfRange,
            detail: "too far",
            partition: TopicPartition(topic: "orders", partition: 3)
        )
        #expect(
            error.description
                == "commit: orders[3]: too far: Broker: Offset out of range (OFFSET_OUT_OF_RANGE)"
        )
    }

    @Test("the code for a fatal error makes the error fatal, others do not")
    func fatal() {
        #expect(KafkaError(.poll, code: .fatal).isFatal)
        #expect(!KafkaError(.poll, code: .fenced).isFatal)
        #expect(KafkaError(.poll, code: .fenced, isFatal: true).isFatal)
    }

    @Test("an origin that knows better than the code decides whether trying again helps")
    func retriable() {
        #expect(KafkaError(.produce, code: .queueFull).isRetriable)
        #expect(!KafkaError(.produce, code: .messageTooLarge).isRetriable)
        #expect(KafkaError(.produce, code: .messageTooLarge, isRetriable: true).isRetriable)
        #expect(!KafkaError(.produce, code: .queueFull, isRetriable: false).isRetriable)
    }
}
