import Testing

@testable import LabBroker

@Suite("Answers that the front gives itself")
struct AnswerTests {
    private func ranges(_ bytes: [UInt8], version: Int16) throws -> (error: Int16, highest: [Int16: Int16]) {
        var reader = WireReader(bytes)
        #expect(try reader.int32() == 7)
        let error = try reader.int16()
        let isFlexible = version >= 3
        let entries = try reader.array(isCompact: isFlexible) { reader throws(WireError) in
            let (key, lowest, highest) = (try reader.int16(), try reader.int16(), try reader.int16())
            if isFlexible { try reader.skipTags() }
            return (key, lowest, highest)
        }
        #expect(entries.allSatisfy { $0.1 == 0 })
        if version >= 1 { #expect(try reader.int32() == 0, "a throttle time") }
        if isFlexible { try reader.skipTags() }
        #expect(reader.remaining == 0)
        return (error, Dictionary(uniqueKeysWithValues: entries.map { ($0.0, $0.2) }))
    }

    @Test("ApiVersions in every version that there is", arguments: Int16(0)...4)
    func apiVersions(version: Int16) throws {
        let head = RequestHead(.apiVersions, version: version, correlation: 7)
        let (error, highest) = try ranges(
            ApiVersionsAnswer.bytes(to: head, KafkaRequest.supported),
            version: version
        )
        #expect(error == 0)
        #expect(highest[KafkaRequest.fetch.rawValue] == 11 && highest[KafkaRequest.metadata.rawValue] == 12)
        #expect(highest[KafkaRequest.createTopics.rawValue] == 7)
    }

    @Test(
        "ApiVersions in a version to come: an error in version 0, and what is taken",
        arguments: [5, 99, -1] as [Int16]
    )
    func futureApiVersions(version: Int16) throws {
        let head = RequestHead(.apiVersions, version: version, correlation: 7)
        let (error, highest) = try ranges(
            ApiVersionsAnswer.bytes(to: head, KafkaRequest.supported),
            version: 0
        )
        #expect(error == 35 && highest == [18: 4])
    }

    /// The mock's answer in version 2: two brokers, two topics.
    private var view: ClusterView {
        get throws {
            var writer = WireWriter()
            writer.array([(1, 1_001), (2, 1_002)] as [(Int32, Int32)]) { writer, broker in
                writer.int32(broker.0)
                writer.string("127.0.0.1")
                writer.int32(broker.1)
                writer.string(nil)
            }
            writer.string("mock")
            writer.int32(-1)
            writer.array(["events", "gone"]) { writer, name in
                writer.int16(0)
                writer.string(name)
                writer.bool(false)
                writer.array([0, 1] as [Int32]) { writer, index in
                    writer.int16(0)
                    writer.int32(index)
                    writer.int32(2)
                    writer.array([2] as [Int32]) { $0.int32($1) }
                    writer.array([2] as [Int32]) { $0.int32($1) }
                }
            }
            var reader = WireReader(writer.bytes)
            let view = try ClusterView(&reader)
            #expect(reader.remaining == 0)
            return view
        }
    }

    private func question(_ version: Int16, _ names: [String]?) throws -> (RequestHead, MetadataQuestion) {
        let isFlexible = version >= 9
        var writer = Sample.head(.metadata, version: version)
        if let names {
            writer.array(names, isCompact: isFlexible) { writer, name in
                if version >= 10 { writer.raw(TopicID.none.bytes) }
                writer.string(name, isCompact: isFlexible)
                writer.tags(ifFlexible: isFlexible)
            }
        } else if isFlexible {
            writer.unsignedVarint(0)
        } else {
            writer.int32(version == 0 ? 0 : -1)
        }
        if version >= 4 { writer.bool(false) }
        if (8...10).contains(version) { writer.bool(false) }
        if version >= 8 { writer.bool(false) }
        writer.tags(ifFlexible: isFlexible)
        var reader = WireReader(writer.bytes)
        let head = try RequestHead(&reader)
        return (head, try MetadataQuestion(head, &reader))
    }

    /// Reads an answer to its last byte, as the protocol has it.
    private func read(_ bytes: [UInt8], _ version: Int16) throws -> (ports: [Int32], topics: [String: Int16])
    {
        let isFlexible = version >= 9
        var reader = WireReader(bytes)
        #expect(try reader.int32() == 7)
        if isFlexible { try reader.skipTags() }
        if version >= 3 { #expect(try reader.int32() == 0) }
        let ports = try reader.array(isCompact: isFlexible) { reader throws(WireError) in
            _ = try reader.int32()
            #expect(try reader.string(isCompact: isFlexible) == "127.0.0.1")
            let port = try reader.int32()
            if version >= 1 { _ = try reader.nullableString(isCompact: isFlexible) }
            if isFlexible { try reader.skipTags() }
            return port
        }
        if version >= 2 { #expect(try reader.nullableString(isCompact: isFlexible) == "mock") }
        if version >= 1 { #expect(try reader.int32() == 1, "the controller") }
        let topics = try reader.array(isCompact: isFlexible) { reader throws(WireError) in
            let (error, name) = (try reader.int16(), try reader.string(isCompact: isFlexible))
            if version >= 10 { _ = try reader.raw(16) }
            if version >= 1 { _ = try reader.bool() }
            let partitions = try reader.array(isCompact: isFlexible) { reader throws(WireError) in
                _ = try reader.raw(2 + 4)
                let leader = try reader.int32()
                if version >= 7 { #expect(try reader.int32() == -1) }
                for _ in 0..<(version >= 5 ? 3 : 2) {
                    _ = try reader.array(isCompact: isFlexible) { reader throws(WireError) in
                        try reader.int32()
                    }
                }
                if isFlexible { try reader.skipTags() }
                return leader
            }
            #expect(partitions == (error == 0 ? [2, 2] : []))
            if version >= 8 { #expect(try reader.int32() == .min) }
            if isFlexible { try reader.skipTags() }
            return (name, error)
        }
        if (8...10).contains(version) { #expect(try reader.int32() == .min) }
        if isFlexible { try reader.skipTags() }
        #expect(reader.remaining == 0)
        return (ports, Dictionary(uniqueKeysWithValues: topics))
    }

    @Test(
        "Metadata in every version: the front's ports, no deleted topic, and what was asked for",
        arguments: Int16(0)...12
    )
    func metadata(version: Int16) throws {
        for (names, expected) in [
            (nil, ["events": 0]),
            (["events", "gone", "absent"], ["events": 0, "gone": 3, "absent": 3]),
        ] as [([String]?, [String: Int16])] {
            let (head, question) = try question(version, names)
            #expect(question.createsMissing == (version < 4))
            let answer = MetadataAnswer(
                head: head,
                question: question,
                view: try view,
                ports: [1: 2_001, 2: 2_002],
                visiblePartitions: { $0 == "gone" ? 0 : 2 },
                refused: [:]
            )
            let (ports, topics) = try read(answer.bytes, version)
            #expect(ports == [2_001, 2_002] && topics == expected)
        }
    }

    @Test("a topic is known by the number that it was given", arguments: [10, 12] as [Int16])
    func topicID(version: Int16) throws {
        let (head, _) = try question(version, nil)
        var writer = WireWriter()
        writer.array([TopicID(of: "events")], isCompact: true) { writer, id in
            writer.raw(id.bytes)
            writer.string(nil, isCompact: true)
            writer.tags(ifFlexible: true)
        }
        writer.bool(false)
        var reader = WireReader(writer.bytes)
        let question = try MetadataQuestion(head, &reader)
        #expect(question.subjects == [.id(TopicID(of: "events"))])
        let answer = MetadataAnswer(
            head: head,
            question: question,
            view: try view,
            ports: [1: 2_001, 2: 2_002],
            visiblePartitions: { _ in 2 },
            refused: [:]
        )
        #expect(try read(answer.bytes, version).topics == ["events": 0])
    }

    /// The mock's answer in version 12, as librdkafka 2.12 and later give it: two brokers, a topic with a number.
    private func numberedView(_ id: TopicID) throws -> ClusterView {
        var writer = WireWriter()
        writer.tags(ifFlexible: true)
        writer.int32(0)
        writer.array([1, 2] as [Int32], isCompact: true) { writer, broker in
            writer.int32(broker)
            writer.string("127.0.0.1", isCompact: true)
            writer.int32(1_000 + broker)
            writer.string(nil, isCompact: true)
            writer.tags(ifFlexible: true)
        }
        writer.string("mock", isCompact: true)
        writer.int32(1)
        writer.array(["events"], isCompact: true) { writer, name in
            writer.int16(0)
            writer.string(name, isCompact: true)
            writer.raw(id.bytes)
            writer.bool(false)
            writer.array([0, 1] as [Int32], isCompact: true) { writer, index in
                writer.int16(0)
                for number in [index, 2, 0] { writer.int32(number) }
                for brokers in [[2], [2], []] as [[Int32]] {
                    writer.array(brokers, isCompact: true) { $0.int32($1) }
                }
                writer.tags(ifFlexible: true)
            }
            writer.int32(.min)
            writer.tags(ifFlexible: true)
        }
        writer.tags(ifFlexible: true)
        var reader = WireReader(writer.bytes)
        let view = try ClusterView(&reader, version: ClusterView.withIDs)
        #expect(reader.remaining == 0)
        for length in 0..<writer.bytes.count {
            var cut = WireReader(writer.bytes[..<length])
            #expect(throws: WireError.self) { try ClusterView(&cut, version: ClusterView.withIDs) }
        }
        return view
    }

    @Test("where the mock numbers topics, clients are given its numbers, and know topics by them")
    func mockTopicID() throws {
        let id = TopicID(bytes: Array(1...16))
        let view = try numberedView(id)
        #expect(view.brokers.map(\.id) == [1, 2] && view.brokers.map(\.port) == [1_001, 1_002])
        let topic = try #require(view.topics.first)
        #expect(topic.name == "events" && topic.id == id && topic.first(1).id == id)
        #expect(topic.partitions.map(\.index) == [0, 1] && topic.partitions.allSatisfy { $0.leader == 2 })
        #expect(topic.partitions.allSatisfy { $0.replicas == [2] && $0.inSync == [2] })
        for (asked, name) in [(id, "events"), (TopicID(of: "events"), "")] {
            let head = RequestHead(.metadata, version: 12, correlation: 7)
            var writer = WireWriter()
            writer.array([asked], isCompact: true) { writer, id in
                writer.raw(id.bytes)
                writer.string(nil, isCompact: true)
                writer.tags(ifFlexible: true)
            }
            writer.bool(false)
            var reader = WireReader(writer.bytes)
            let question = try MetadataQuestion(head, &reader)
            let answer = MetadataAnswer(
                head: head,
                question: question,
                view: view,
                ports: [1: 2_001, 2: 2_002],
                visiblePartitions: { _ in 2 },
                refused: [:]
            )
            #expect(try read(answer.bytes, 12).topics == [name: name.isEmpty ? 100 : 0])
        }
    }

    @Test(
        "requests of groups that the broker assigns are offered before a mock that knows them, and only there"
    )
    func assignedGroups() throws {
        let head = RequestHead(.apiVersions, version: 3, correlation: 7)
        let offers = KafkaRequest.supported + KafkaRequest.ofAssignedGroups
        let heartbeat = KafkaRequest.consumerGroupHeartbeat
        #expect(heartbeat.isOffered(in: 1, among: offers) && !heartbeat.isOffered(in: 0, among: offers))
        #expect(!heartbeat.isOffered(in: 1, among: KafkaRequest.supported))
        #expect(
            ApiVersionsAnswer.bytes(to: head, offers).count
                > ApiVersionsAnswer.bytes(to: head, KafkaRequest.supported).count
        )
    }

    @Test("the coordinator is at the front's port, and an error stays as it is", arguments: Int16(0)...2)
    func coordinator(version: Int16) throws {
        for node in [1, -1] as [Int32] {
            var writer = WireWriter()
            writer.int32(7)
            if version >= 1 { writer.int32(0) }
            writer.int16(node == 1 ? 0 : 15)
            if version >= 1 { writer.string(nil) }
            writer.int32(node)
            writer.string(node == 1 ? "127.0.0.1" : nil)
            writer.int32(node == 1 ? 1_001 : -1)
            let bytes = try CoordinatorAnswer.bytes(
                from: writer.bytes[...],
                version: version,
                ports: [1: 2_001]
            )
            var reader = WireReader(bytes)
            _ = try reader.raw(4 + (version >= 1 ? 4 : 0))
            #expect(try reader.int16() == (node == 1 ? 0 : 15))
            if version >= 1 { _ = try reader.nullableString() }
            #expect(try reader.int32() == node)
            #expect(try reader.string() == (node == 1 ? "127.0.0.1" : ""))
            #expect(try reader.int32() == (node == 1 ? 2_001 : -1))
            #expect(reader.remaining == 0)
        }
    }
}
