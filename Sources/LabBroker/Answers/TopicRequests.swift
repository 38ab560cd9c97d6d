/// CreateTopics and DeleteTopics, which the mock does not know.
enum TopicRequests {
    /// One topic to be made.
    private struct Order {
        let name: String
        let partitions: Int32
        let replication: Int16
        let hasAssignment: Bool

        /// Properties are read over: the mock has none.
        init(_ reader: inout WireReader, isFlexible: Bool) throws(WireError) {
            name = try reader.string(isCompact: isFlexible)
            partitions = try reader.int32()
            replication = try reader.int16()
            let assigned = try reader.array(isCompact: isFlexible) { reader throws(WireError) in
                let partition = try reader.int32()
                _ = try reader.array(isCompact: isFlexible) { reader throws(WireError) in try reader.int32() }
                if isFlexible { try reader.skipTags() }
                return partition
            }
            hasAssignment = !assigned.isEmpty
            _ = try reader.array(isCompact: isFlexible) { reader throws(WireError) in
                _ = try reader.nullableString(isCompact: isFlexible)
                _ = try reader.nullableString(isCompact: isFlexible)
                if isFlexible { try reader.skipTags() }
            }
            if isFlexible { try reader.skipTags() }
        }

        /// - Returns: the number of partitions.
        func perform(in topics: inout TopicRegistry, validates: Bool) throws(TopicRegistry.Refusal) -> Int32 {
            guard !hasAssignment else {
                throw TopicRegistry.Refusal(
                    code: TopicRegistry.Code.invalidAssignment,
                    reason: "the embedded broker assigns replicas itself"
                )
            }
            return try topics.create(
                name,
                partitions: partitions,
                replication: replication,
                validates: validates
            )
        }
    }

    /// The whole answer to CreateTopics, without its length.
    ///
    /// `reader`: behind the request's head.
    static func created(
        _ head: RequestHead,
        _ reader: inout WireReader,
        in topics: inout TopicRegistry
    ) throws(WireError) -> [UInt8] {
        let (version, isFlexible) = (head.version, head.isFlexible)
        let orders = try reader.array(isCompact: isFlexible) { reader throws(WireError) in
            try Order(&reader, isFlexible: isFlexible)
        }
        _ = try reader.int32()
        let validates = version >= 1 ? try reader.bool() : false
        if isFlexible { try reader.skipTags() }
        var answer = head.answer
        if version >= 2 { answer.int32(0) }
        answer.count(orders.count, isCompact: isFlexible)
        for order in orders {
            var (partitions, refusal): (Int32, TopicRegistry.Refusal?) = (-1, nil)
            do { partitions = try order.perform(in: &topics, validates: validates) } catch { refusal = error }
            answer.string(order.name, isCompact: isFlexible)
            if version >= 7 {
                answer.raw((refusal == nil ? TopicID(of: order.name) : .none).bytes)
            }
            answer.int16(refusal?.code ?? 0)
            if version >= 1 { answer.string(refusal?.reason, isCompact: isFlexible) }
            if version >= 5 {
                answer.int32(partitions)
                answer.int16(refusal == nil ? 1 : -1)
                answer.count(0, isCompact: isFlexible)
            }
            answer.tags(ifFlexible: isFlexible)
        }
        answer.tags(ifFlexible: isFlexible)
        return answer.bytes
    }

    /// The whole answer to DeleteTopics, without its length.
    ///
    /// `reader`: behind the request's head.
    static func deleted(
        _ head: RequestHead,
        _ reader: inout WireReader,
        in topics: inout TopicRegistry
    ) throws(WireError) -> [UInt8] {
        let (version, isFlexible) = (head.version, head.isFlexible)
        let names = try reader.array(isCompact: isFlexible) { reader throws(WireError) in
            try reader.string(isCompact: isFlexible)
        }
        _ = try reader.int32()
        if isFlexible { try reader.skipTags() }
        var answer = head.answer
        if version >= 1 { answer.int32(0) }
        answer.count(names.count, isCompact: isFlexible)
        for name in names {
            answer.string(name, isCompact: isFlexible)
            answer.int16(topics.delete(name))
            if version >= 5 { answer.string(nil, isCompact: isFlexible) }
            answer.tags(ifFlexible: isFlexible)
        }
        answer.tags(ifFlexible: isFlexible)
        return answer.bytes
    }
}
