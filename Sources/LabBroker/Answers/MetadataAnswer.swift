/// What a client learns of the cluster: the mock's topics, at the front's addresses.
struct MetadataAnswer {
    private static let unknownTopic: Int16 = 3
    private static let unknownTopicID: Int16 = 100
    /// “Not asked for”, where operations would be listed that the client may do.
    private static let operationsUnknown = Int32.min

    let head: RequestHead
    let question: MetadataQuestion
    let view: ClusterView
    /// By the mock's number of a broker, the port at which the front stands before it.
    let ports: [Int32: Int]
    /// How many partitions of a topic clients see: none of one that was deleted, which the mock still has.
    let visiblePartitions: (String) -> Int
    /// Topics that could not be made, with the reason.
    let refused: [String: Int16]

    private var topics: [ClusterView.Topic] {
        let visible = view.topics.compactMap { topic in
            let count = visiblePartitions(topic.name)
            return count == 0 ? nil : topic.first(count)
        }
        guard let subjects = question.subjects else { return visible }
        return subjects.map { subject in
            switch subject {
            case .name(let name):
                visible.first { $0.name == name }
                    ?? ClusterView.Topic(
                        error: refused[name] ?? Self.unknownTopic,
                        name: name,
                        partitions: []
                    )
            case .id(let id):
                visible.first { $0.id == id }
                    ?? ClusterView.Topic(error: Self.unknownTopicID, name: "", partitions: [])
            }
        }
    }

    /// The whole answer, without its length.
    var bytes: [UInt8] {
        let (version, isFlexible) = (head.version, head.isFlexible)
        var answer = head.answer
        if version >= 3 { answer.int32(0) }
        let brokers = view.brokers.filter { ports[$0.id] != nil }
        answer.array(brokers, isCompact: isFlexible) { answer, broker in
            answer.int32(broker.id)
            answer.string("127.0.0.1", isCompact: isFlexible)
            answer.int32(Int32(ports[broker.id] ?? 0))
            if version >= 1 { answer.string(nil, isCompact: isFlexible) }
            answer.tags(ifFlexible: isFlexible)
        }
        if version >= 2 { answer.string(view.clusterID, isCompact: isFlexible) }
        if version >= 1 { answer.int32(brokers.first?.id ?? -1) }
        answer.array(topics, isCompact: isFlexible) { write($1, to: &$0) }
        if (8...10).contains(version) { answer.int32(Self.operationsUnknown) }
        answer.tags(ifFlexible: isFlexible)
        return answer.bytes
    }

    private func write(_ topic: ClusterView.Topic, to answer: inout WireWriter) {
        let (version, isFlexible) = (head.version, head.isFlexible)
        answer.int16(topic.error)
        answer.string(topic.name, isCompact: isFlexible)
        if version >= 10 {
            let isThere = topic.error == 0
            answer.raw((isThere ? topic.id : .none).bytes)
        }
        if version >= 1 { answer.bool(false) }
        answer.array(topic.partitions, isCompact: isFlexible) { answer, partition in
            answer.int16(partition.error)
            answer.int32(partition.index)
            answer.int32(partition.leader)
            if version >= 7 { answer.int32(-1) }
            answer.array(partition.replicas, isCompact: isFlexible) { $0.int32($1) }
            answer.array(partition.inSync, isCompact: isFlexible) { $0.int32($1) }
            if version >= 5 { answer.count(0, isCompact: isFlexible) }
            answer.tags(ifFlexible: isFlexible)
        }
        if version >= 8 { answer.int32(Self.operationsUnknown) }
        answer.tags(ifFlexible: isFlexible)
    }
}
