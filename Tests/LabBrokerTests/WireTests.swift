import Testing

@testable import LabBroker

@Suite("Bytes of Kafka's protocol")
struct WireTests {
    @Test("what was written is read again")
    func roundTrip() throws {
        var writer = WireWriter()
        writer.int8(-2)
        writer.int16(-300)
        writer.int32(70_000)
        writer.int64(-5_000_000_000)
        writer.string("events")
        writer.string(nil)
        writer.string("größe", isCompact: true)
        writer.string(nil, isCompact: true)
        writer.unsignedVarint(300)
        writer.array([1, 2], isCompact: true) { $0.int32($1) }
        writer.tags(ifFlexible: true)
        var reader = WireReader(writer.bytes)
        #expect(try reader.int8() == -2)
        #expect(try reader.int16() == -300)
        #expect(try reader.int32() == 70_000)
        #expect(try reader.int64() == -5_000_000_000)
        #expect(try reader.string() == "events")
        #expect(try reader.nullableString() == nil)
        #expect(try reader.string(isCompact: true) == "größe")
        #expect(try reader.nullableString(isCompact: true) == nil)
        #expect(try reader.unsignedVarint() == 300)
        #expect(
            try reader.array(isCompact: true) { reader throws(WireError) in try reader.int32() } == [1, 2]
        )
        try reader.skipTags()
        #expect(reader.remaining == 0)
    }

    @Test("an array is not longer than the bytes that are there, whatever it announces")
    func announcedLength() {
        var writer = WireWriter()
        writer.int32(.max)
        writer.int32(1)
        var reader = WireReader(writer.bytes)
        #expect(throws: WireError.self) {
            try reader.array { reader throws(WireError) in try reader.int8() }
        }
    }

    @Test("a message cut off at any byte is an error, never a crash")
    func cutOff() throws {
        let whole = Sample.createTopics(version: 7, name: "new", partitions: 3)
        for length in 0..<whole.count {
            var reader = WireReader(whole[..<length])
            var topics = Sample.registry()
            #expect(throws: WireError.self) {
                let head = try RequestHead(&reader)
                _ = try TopicRequests.created(head, &reader, in: &topics)
            }
            #expect(!topics.isThere("new"))
        }
    }

    @Test(
        "a length that no message has is refused before anything is stored for it",
        arguments: [-1, 0, 3, 1 << 30]
    )
    func impossibleLength(length: Int32) {
        var writer = WireWriter()
        writer.int32(length)
        var queue = ByteQueue()
        queue.append(writer.bytes)
        #expect(throws: WireError.self) { try queue.message(atMost: 1 << 20) }
    }

    @Test("messages come out of a queue whole, however they went in", arguments: [1, 3, 7, 100])
    func messages(portion: Int) throws {
        let messages = (0..<50).map { Array(repeating: UInt8($0), count: 4 + $0 * 997) }
        var bytes: [UInt8] = []
        for message in messages {
            var writer = WireWriter()
            writer.raw(message)
            bytes += writer.frame
        }
        var (queue, found) = (ByteQueue(), [[UInt8]]())
        for start in stride(from: 0, to: bytes.count, by: portion * 1_000) {
            queue.append(bytes[start..<min(bytes.count, start + portion * 1_000)])
            while let message = try queue.message(atMost: 1 << 20) {
                found.append(Array(message.dropFirst(4)))
                queue.removeFirst(found[found.count - 1].count + 4)
            }
        }
        #expect(found == messages && queue.isEmpty)
    }
}

/// Requests as clients send them, without their length.
enum Sample {
    static func registry(
        existing: [String: Int] = ["events": 2],
        backend: any FrontBackend = SampleBackend()
    ) -> TopicRegistry {
        TopicRegistry(existing: existing, brokerCount: 1, backend: backend)
    }

    static func head(_ request: KafkaRequest, version: Int16, correlation: Int32 = 7) -> WireWriter {
        var writer = WireWriter()
        writer.int16(request.rawValue)
        writer.int16(version)
        writer.int32(correlation)
        writer.string("test")
        writer.tags(ifFlexible: request.isFlexible(in: version))
        return writer
    }

    static func createTopics(
        version: Int16,
        name: String,
        partitions: Int32,
        replication: Int16 = 1,
        validates: Bool = false
    ) -> [UInt8] {
        let isFlexible = KafkaRequest.createTopics.isFlexible(in: version)
        var writer = head(.createTopics, version: version)
        writer.array([name], isCompact: isFlexible) { writer, name in
            writer.string(name, isCompact: isFlexible)
            writer.int32(partitions)
            writer.int16(replication)
            writer.count(0, isCompact: isFlexible)
            writer.array([("cleanup.policy", "compact")], isCompact: isFlexible) { writer, entry in
                writer.string(entry.0, isCompact: isFlexible)
                writer.string(entry.1, isCompact: isFlexible)
                writer.tags(ifFlexible: isFlexible)
            }
            writer.tags(ifFlexible: isFlexible)
        }
        writer.int32(1_000)
        if version >= 1 { writer.bool(validates) }
        writer.tags(ifFlexible: isFlexible)
        return writer.bytes
    }

    static func deleteTopics(version: Int16, name: String) -> [UInt8] {
        let isFlexible = KafkaRequest.deleteTopics.isFlexible(in: version)
        var writer = head(.deleteTopics, version: version)
        writer.array([name], isCompact: isFlexible) { $0.string($1, isCompact: isFlexible) }
        writer.int32(1_000)
        writer.tags(ifFlexible: isFlexible)
        return writer.bytes
    }
}

/// A cluster that makes every topic, each of whose partitions ends at 50.
struct SampleBackend: FrontBackend {
    func make(_ name: String, partitions: Int) -> Bool { true }
    func ends(of name: String, partitions: Int) -> [Int64]? { Array(repeating: 50, count: partitions) }
}
