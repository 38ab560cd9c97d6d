import Testing

@testable import LabBroker

@Suite("Topics made and deleted on request")
struct TopicRequestsTests {
    private func created(_ bytes: [UInt8], in topics: inout TopicRegistry) throws -> Int16 {
        var reader = WireReader(bytes)
        let head = try RequestHead(&reader)
        var answer = WireReader(try TopicRequests.created(head, &reader, in: &topics))
        let isFlexible = head.isFlexible
        #expect(try answer.int32() == 7)
        if isFlexible { try answer.skipTags() }
        if head.version >= 2 { #expect(try answer.int32() == 0) }
        #expect(try answer.count(isCompact: isFlexible) == 1)
        #expect(try answer.string(isCompact: isFlexible) == "new")
        if head.version >= 7 { _ = try answer.raw(16) }
        let code = try answer.int16()
        if head.version >= 1 {
            #expect((try answer.nullableString(isCompact: isFlexible) == nil) == (code == 0))
        }
        if head.version >= 5 {
            #expect(try answer.int32() == (code == 0 ? 3 : -1))
            #expect(try answer.int16() == (code == 0 ? 1 : -1))
            #expect(try answer.count(isCompact: true) == 0)
        }
        if isFlexible {
            try answer.skipTags()
            try answer.skipTags()
        }
        #expect(answer.remaining == 0)
        return code
    }

    private func deleted(_ bytes: [UInt8], in topics: inout TopicRegistry) throws -> Int16 {
        var reader = WireReader(bytes)
        let head = try RequestHead(&reader)
        var answer = WireReader(try TopicRequests.deleted(head, &reader, in: &topics))
        _ = try answer.int32()
        if head.isFlexible { try answer.skipTags() }
        if head.version >= 1 { _ = try answer.int32() }
        #expect(try answer.count(isCompact: head.isFlexible) == 1)
        #expect(try answer.string(isCompact: head.isFlexible) == "new")
        return try answer.int16()
    }

    @Test("in every version", arguments: Int16(0)...7)
    func everyVersion(version: Int16) throws {
        var topics = Sample.registry()
        #expect(
            try created(Sample.createTopics(version: version, name: "new", partitions: 3), in: &topics) == 0
        )
        #expect(topics.isThere("new"))
        #expect(
            try created(Sample.createTopics(version: version, name: "new", partitions: 3), in: &topics) == 36
        )
        let deletion = Sample.deleteTopics(version: min(version, 5), name: "new")
        #expect(try deleted(deletion, in: &topics) == 0)
        #expect(!topics.isThere("new") && topics.visiblePartitions(of: "new") == 0)
        #expect(try deleted(deletion, in: &topics) == 3)
    }

    @Test("a topic that was deleted comes back when it is made again, and begins where it ended")
    func madeAgain() throws {
        var topics = Sample.registry(existing: ["new": 4])
        #expect(topics.delete("new") == 0 && !topics.movesStarts)
        #expect(topics.ensure("new") == 3, "asking for it does not make it")
        #expect(try created(Sample.createTopics(version: 4, name: "new", partitions: 3), in: &topics) == 0)
        #expect(topics.isThere("new") && topics.visiblePartitions(of: "new") == 3)
        #expect(topics.start(of: "new", partition: 2) == 50 && topics.start(of: "other", partition: 0) == 0)
        #expect(topics.movesStarts)
    }

    @Test("a topic that was deleted cannot come back with more partitions")
    func morePartitions() throws {
        var topics = Sample.registry(existing: ["new": 2])
        #expect(topics.delete("new") == 0)
        #expect(try created(Sample.createTopics(version: 4, name: "new", partitions: 3), in: &topics) == 37)
        #expect(!topics.isThere("new"))
    }

    @Test("offsets of a former life are before the start, and what was committed there is not")
    func offsets() throws {
        var topics = Sample.registry(existing: ["new": 3])
        #expect(topics.delete("new") == 0)
        _ = try topics.create("new", partitions: 3, replication: 1)
        for (request, version) in [(.listOffsets, 1), (.listOffsets, 3), (.offsetFetch, 5)]
            as [(KafkaRequest, Int16)]
        {
            var writer = WireWriter()
            writer.int32(7)
            if version >= 2 { writer.int32(0) }
            writer.array(["new", "events"]) { writer, topic in
                writer.string(topic)
                writer.array([0, 60] as [Int64]) { writer, offset in
                    writer.int32(1)
                    if request == .listOffsets {
                        writer.int16(0)
                        writer.int64(-1)
                        writer.int64(offset)
                    } else {
                        writer.int64(offset)
                        writer.int32(-1)
                        writer.string(nil)
                        writer.int16(0)
                    }
                }
            }
            if request == .offsetFetch { writer.int16(0) }
            let head = RequestHead(request, version: version, correlation: 7)
            let bytes = try OffsetAnswer.bytes(from: writer.bytes[...], to: head, in: topics)
            #expect(bytes.count == writer.bytes.count)
            var reader = WireReader(bytes)
            _ = try reader.raw(version >= 2 ? 8 : 4)
            let found = try reader.array { reader throws(WireError) in
                _ = try reader.string()
                return try reader.array { reader throws(WireError) in
                    _ = try reader.raw(request == .listOffsets ? 14 : 4)
                    let offset = try reader.int64()
                    if request == .offsetFetch { _ = try reader.raw(4 + 2 + 2) }
                    return offset
                }
            }
            #expect(found == [[request == .listOffsets ? 50 : -1, 60], [0, 60]])
        }
    }

    @Test("what only asks whether it could be made makes nothing")
    func validation() throws {
        struct Untouched: FrontBackend {
            func make(_ name: String, partitions: Int) -> Bool {
                Issue.record("the broker was asked")
                return true
            }
            func ends(of name: String, partitions: Int) -> [Int64]? { nil }
        }
        var topics = Sample.registry(backend: Untouched())
        let bytes = Sample.createTopics(version: 4, name: "new", partitions: 3, validates: true)
        #expect(try created(bytes, in: &topics) == 0)
        #expect(!topics.isThere("new"))
    }

    @Test(
        "what the broker cannot have is refused with Kafka's own code",
        arguments: [(0, 1, 37), (10_001, 1, 37), (3, 2, 38), (3, 0, 38)] as [(Int32, Int16, Int16)]
    )
    func refused(partitions: Int32, replication: Int16, code: Int16) throws {
        var topics = Sample.registry()
        let bytes = Sample.createTopics(
            version: 4,
            name: "new",
            partitions: partitions,
            replication: replication
        )
        #expect(try created(bytes, in: &topics) == code)
        #expect(!topics.isThere("new"))
    }

    @Test(
        "names that Kafka does not take are refused",
        arguments: ["", ".", "..", "a b", "ä", String(repeating: "a", count: 250)]
    )
    func names(name: String) {
        var topics = Sample.registry()
        #expect(topics.ensure(name) == 17)
    }

    @Test("topics that are asked about again and again are a thousand at most")
    func mostTopics() {
        var topics = Sample.registry(existing: [:])
        let codes = (0..<1_001).map { topics.ensure("topic-\($0)") }
        #expect(codes.dropLast().allSatisfy { $0 == nil })
        #expect(codes.last == 44)
    }
}
