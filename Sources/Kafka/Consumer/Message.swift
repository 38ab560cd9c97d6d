import CRdKafka

/// Stands for a topic while its consumer lives: compares and hashes without looking at the name.
///
/// It is the address of librdkafka's topic object, which is stable as long as the topic is assigned. Keep a table from
/// identity to whatever the topic means, and rebuild it after a rebalance.
package struct TopicIdentity: Hashable, Sendable {
    private let address: UInt

    init(_ topic: OpaquePointer?) { address = UInt(bitPattern: topic) }
}

/// One record, lent by a ``MessageBatch`` for the duration of a closure.
///
/// Everything is read where librdkafka put it; nothing is copied or allocated, except by ``topicName``.
package struct Message: ~Copyable {
    private let record: UnsafePointer<rd_kafka_message_t>

    /// - Parameter address: of a `rd_kafka_message_t`, which must stay there as long as the message lives. Only a
    ///   record that librdkafka fetched has a timestamp and a topic name; the rest can be read from one that was
    ///   built by hand.
    package init(recordAt address: UnsafeRawPointer) {
        record = address.assumingMemoryBound(to: rd_kafka_message_t.self)
    }

    package var partition: Int32 { record.pointee.partition }
    package var offset: Int64 { record.pointee.offset }

    package var topicIdentity: TopicIdentity { TopicIdentity(record.pointee.rkt) }

    /// The topic's name, copied from librdkafka at every call; empty if the record has no topic.
    package var topicName: String {
        guard let topic = record.pointee.rkt, let name = rd_kafka_topic_name(topic) else { return "" }
        return String(cString: name)
    }

    /// Milliseconds since 1970, set by the producer or the broker as the topic says; `nil` if it was never set.
    package var timestamp: Int64? {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let milliseconds = rd_kafka_message_timestamp(record, &type)
        return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || milliseconds < 0 ? nil : milliseconds
    }

    /// Lends the value of the last header of that name; `nil` if there is none.
    ///
    /// Headers are read into memory of librdkafka's own the first time that one of a record is asked for
    /// (`rd_kafka_message_headers`). Only a record that librdkafka fetched can have some.
    package func withHeader<Result, Failure: Error>(
        _ name: String,
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        var headers: OpaquePointer?
        var value: UnsafeRawPointer?
        var size = 0
        guard rd_kafka_message_headers(record, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR,
            rd_kafka_header_get_last(headers, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return nil }
        return try body(UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size).bytes)
    }

    /// Whether the value is null, which compaction uses as a delete marker; an empty value is none.
    package var isTombstone: Bool { record.pointee.payload == nil }

    /// Whether there is a key, be it an empty one.
    package var hasKey: Bool { record.pointee.key != nil }

    /// Bytes; 0 without a key.
    package var keySize: Int { rawKey.count }

    /// Bytes; 0 for a tombstone.
    package var valueSize: Int { rawValue.count }

    /// The key's bytes, without base address if there is none; valid until the batch lets go of the message.
    package var rawKey: UnsafeRawBufferPointer {
        let key = record.pointee.key
        return UnsafeRawBufferPointer(start: key, count: key == nil ? 0 : record.pointee.key_len)
    }

    /// The value's bytes, without base address for a tombstone; valid until the batch lets go of the message.
    package var rawValue: UnsafeRawBufferPointer {
        let value = record.pointee.payload
        return UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : record.pointee.len)
    }

    /// Lends the key's bytes; empty without a key.
    package func withKey<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(rawKey.bytes)
    }

    /// Lends the value's bytes; empty for a tombstone.
    package func withValue<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(rawValue.bytes)
    }
}
