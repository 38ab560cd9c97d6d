/// The cluster as the mock describes it, in version 2 of the answer to Metadata.
struct ClusterView: Hashable {
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
        let partitions: [Partition]

        /// The same with its first partitions alone.
        func first(_ count: Int) -> Topic {
            Topic(error: error, name: name, partitions: partitions.filter { Int($0.index) < count })
        }
    }

    let brokers: [Broker]
    let clusterID: String?
    private(set) var topics: [Topic]

    /// `reader`: behind the correlation.
    init(_ reader: inout WireReader) throws(WireError) {
        brokers = try reader.array { reader throws(WireError) in
            let broker = Broker(id: try reader.int32(), host: try reader.string(), port: try reader.int32())
            _ = try reader.nullableString()
            return broker
        }
        clusterID = try reader.nullableString()
        // The mock has no controller to speak of: the front is one.
        _ = try reader.int32()
        topics = try reader.array { reader throws(WireError) in
            let (error, name) = (try reader.int16(), try reader.string())
            _ = try reader.bool()
            let partitions = try reader.array { reader throws(WireError) in
                Partition(
                    error: try reader.int16(),
                    index: try reader.int32(),
                    leader: try reader.int32(),
                    replicas: try reader.array { reader throws(WireError) in try reader.int32() },
                    inSync: try reader.array { reader throws(WireError) in try reader.int32() }
                )
            }
            return Topic(error: error, name: name, partitions: partitions)
        }
    }

    /// Takes their leaders from the partitions of some topics.
    mutating func unseat(where isLeaderless: (String) -> Bool) {
        topics = topics.map { topic in
            isLeaderless(topic.name)
                ? Topic(
                    error: topic.error,
                    name: topic.name,
                    partitions: topic.partitions.map(\.withoutLeader)
                )
                : topic
        }
    }

    /// Puts an error in the place of what is known of all topics.
    mutating func fail(with error: Int16) {
        topics = topics.map { Topic(error: error, name: $0.name, partitions: []) }
    }
}
