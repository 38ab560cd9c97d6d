/// The cluster as the mock describes it in its answer to Metadata.
struct ClusterView: Hashable {
    /// The versions in which the mock is asked: the first that says all that is needed, and one that numbers topics,
    /// which the mock of librdkafka 2.0.2 does not have.
    static let (withoutIDs, withIDs): (Int16, Int16) = (2, 12)

    struct Broker: Hashable {
        let id: Int32
        let host: String
        let port: Int32
    }

    struct Partition: Hashable {
        let error: Int16
        let index: Int32
        let leader: Int32
        let replicas: [Int32]
        let inSync: [Int32]

        var withoutLeader: Partition {
            Partition(
                error: TopicRegistry.Code.leaderNotAvailable,
                index: index,
                leader: -1,
                replicas: replicas,
                inSync: []
            )
        }
    }

    struct Topic: Hashable {
        var error: Int16
        let name: String
        /// `nil` where the mock numbers none.
        var givenID: TopicID?
        var partitions: [Partition]

        var id: TopicID { givenID ?? TopicID(of: name) }

        /// The same with its first partitions alone.
        func first(_ count: Int) -> Topic {
            var topic = self
            topic.partitions = partitions.filter { Int($0.index) < count }
            return topic
        }
    }

    let brokers: [Broker]
    let clusterID: String?
    private(set) var topics: [Topic]

    /// `reader`: behind the correlation; `version`: ``withIDs`` or ``withoutIDs``.
    init(_ reader: inout WireReader, version: Int16 = Self.withoutIDs) throws(WireError) {
        let hasIDs = version >= Self.withIDs
        if hasIDs {
            try reader.skipTags()
            // How long to wait.
            _ = try reader.int32()
        }
        brokers = try reader.array(isCompact: hasIDs) { reader throws(WireError) in
            let id = try reader.int32()
            let host = try reader.string(isCompact: hasIDs)
            let broker = Broker(id: id, host: host, port: try reader.int32())
            _ = try reader.nullableString(isCompact: hasIDs)
            if hasIDs { try reader.skipTags() }
            return broker
        }
        clusterID = try reader.nullableString(isCompact: hasIDs)
        // The mock has no controller to speak of: the front is one.
        _ = try reader.int32()
        topics = try reader.array(isCompact: hasIDs) { reader throws(WireError) in
            try Topic(&reader, hasIDs: hasIDs)
        }
        if hasIDs { try reader.skipTags() }
    }

    /// Takes their leaders from the partitions of some topics.
    mutating func unseat(where isLeaderless: (String) -> Bool) {
        topics = topics.map { topic in
            guard isLeaderless(topic.name) else { return topic }
            var topic = topic
            topic.partitions = topic.partitions.map(\.withoutLeader)
            return topic
        }
    }

    /// Puts an error in the place of what is known of all topics.
    mutating func fail(with error: Int16) {
        topics = topics.map { Topic(error: error, name: $0.name, partitions: []) }
    }
}

extension ClusterView.Topic {
    fileprivate init(_ reader: inout WireReader, hasIDs: Bool) throws(WireError) {
        error = try reader.int16()
        name = try reader.string(isCompact: hasIDs)
        givenID = hasIDs ? TopicID(bytes: Array(try reader.raw(16))) : nil
        _ = try reader.bool()
        partitions = try reader.array(isCompact: hasIDs) { reader throws(WireError) in
            try ClusterView.Partition(&reader, hasIDs: hasIDs)
        }
        if hasIDs {
            // Operations that the client may do.
            _ = try reader.int32()
            try reader.skipTags()
        }
    }
}

extension ClusterView.Partition {
    fileprivate init(_ reader: inout WireReader, hasIDs: Bool) throws(WireError) {
        error = try reader.int16()
        index = try reader.int32()
        leader = try reader.int32()
        if hasIDs { _ = try reader.int32() }
        replicas = try Self.brokers(&reader, hasIDs: hasIDs)
        inSync = try Self.brokers(&reader, hasIDs: hasIDs)
        guard hasIDs else { return }
        // Replicas that are not there.
        _ = try Self.brokers(&reader, hasIDs: hasIDs)
        try reader.skipTags()
    }

    private static func brokers(_ reader: inout WireReader, hasIDs: Bool) throws(WireError) -> [Int32] {
        try reader.array(isCompact: hasIDs) { reader throws(WireError) in try reader.int32() }
    }
}
