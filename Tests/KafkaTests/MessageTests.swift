import CRdKafka
import Kafka
import Testing

/// Messages built by hand, without any broker.
@Suite("Messages")
struct MessageTests {
    @Test("a message lends key and value where they are")
    func bytes() {
        let key: [UInt8] = [7]
        let value: [UInt8] = [1, 2, 3]
        withRecord(key: key, value: value) { message in
            #expect(message.partition == 3 && message.offset == 42)
            #expect(message.keySize == 1 && message.valueSize == 3)
            #expect(message.withKey { $0.unsafeLoad(as: UInt8.self) } == 7)
            #expect(message.withValue { $0.unsafeLoad(fromByteOffset: 2, as: UInt8.self) } == 3)
            #expect(Array(message.rawValue) == value)
            #expect(message.hasKey && !message.isTombstone)
        }
    }

    @Test("a null value is a tombstone with no bytes")
    func tombstone() {
        withRecord(key: [7], value: nil) { message in
            let isTombstone = message.isTombstone
            #expect(isTombstone)
            #expect(message.valueSize == 0 && message.rawValue.baseAddress == nil)
            #expect(message.withValue { $0.byteCount } == 0)
        }
    }

    @Test("an empty value is no tombstone, an empty key is a key")
    func emptiness() {
        withRecord(key: [], value: []) { message in
            #expect(!message.isTombstone && message.valueSize == 0)
            #expect(message.hasKey && message.keySize == 0)
        }
    }

    @Test("lengths that come with null pointers are ignored")
    func nullWithLength() {
        var record = rd_kafka_message_t()
        record.len = 1_000
        record.key_len = 1_000
        withUnsafePointer(to: record) { pointer in
            let message = Message(recordAt: pointer)
            #expect(message.valueSize == 0 && message.keySize == 0)
            #expect(message.withKey { $0.byteCount } == 0)
            #expect(message.topicName == "")
        }
    }

    @Test("errors thrown inside a closure come out with their type")
    func typedThrows() {
        withRecord(key: nil, value: [1]) { message in
            do throws(KafkaError) {
                try message.withValue { _ throws(KafkaError) in throw KafkaError(.poll, code: .failed) }
                Issue.record("nothing was thrown")
            } catch {
                #expect(error.code == .failed)
            }
        }
    }

    private func withRecord(key: [UInt8]?, value: [UInt8]?, _ body: (borrowing Message) -> Void) {
        // One byte more than needed, so that an empty array has an address as well.
        var keyBytes = (key ?? []) + [0]
        var valueBytes = (value ?? []) + [0]
        keyBytes.withUnsafeMutableBytes { keyBytes in
            valueBytes.withUnsafeMutableBytes { valueBytes in
                var record = rd_kafka_message_t()
                record.partition = 3
                record.offset = 42
                record.key = key == nil ? nil : keyBytes.baseAddress
                record.key_len = key?.count ?? 0
                record.payload = value == nil ? nil : valueBytes.baseAddress
                record.len = value?.count ?? 0
                withUnsafePointer(to: record) { body(Message(recordAt: $0)) }
            }
        }
    }
}
