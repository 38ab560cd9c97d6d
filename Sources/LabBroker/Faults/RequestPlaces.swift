/// A topic and partition that a request is about; Metadata names topics alone.
struct RequestPlace: Hashable, Sendable {
    let topic: String
    let partition: Int32?
}

/// Reads which partitions a request is about, in the versions that the front takes.
enum RequestPlaces {
    /// `reader`: behind the request's head.
    ///
    /// Returns `nil` for requests that name no topics.
    static func of(_ head: RequestHead, _ reader: WireReader) throws(WireError) -> [RequestPlace]? {
        var reader = reader
        switch head.request {
        case .produce: return try produce(head.version, &reader)
        case .fetch: return try fetch(head.version, &reader)
        case .listOffsets: return try listOffsets(head.version, &reader)
        case .offsetCommit: return try offsetCommit(head.version, &reader)
        case .offsetFetch:
            _ = try reader.string()
            return try topics(&reader) { _ throws(WireError) in }
        case .metadata:
            return try MetadataQuestion(head, &reader).subjects?.compactMap { subject in
                guard case .name(let name) = subject else { return nil }
                return RequestPlace(topic: name, partition: nil)
            }
        default: return nil
        }
    }

    private static func produce(
        _ version: Int16,
        _ reader: inout WireReader
    ) throws(WireError) -> [RequestPlace] {
        if version >= 3 { _ = try reader.nullableString() }
        _ = try reader.raw(2 + 4)
        return try topics(&reader) { reader throws(WireError) in _ = try reader.nullableBytes() }
    }

    private static func fetch(
        _ version: Int16,
        _ reader: inout WireReader
    ) throws(WireError) -> [RequestPlace] {
        // Replica, wait, least and most bytes, isolation, session and its epoch.
        _ = try reader.raw(12 + (version >= 3 ? 4 : 0) + (version >= 4 ? 1 : 0) + (version >= 7 ? 8 : 0))
        return try topics(&reader) { reader throws(WireError) in
            _ = try reader.raw((version >= 9 ? 4 : 0) + 8 + (version >= 5 ? 8 : 0) + 4)
        }
    }

    private static func listOffsets(
        _ version: Int16,
        _ reader: inout WireReader
    ) throws(WireError) -> [RequestPlace] {
        _ = try reader.raw(4 + (version >= 2 ? 1 : 0))
        return try topics(&reader) { reader throws(WireError) in
            _ = try reader.raw((version >= 4 ? 4 : 0) + 8 + (version == 0 ? 4 : 0))
        }
    }

    private static func offsetCommit(
        _ version: Int16,
        _ reader: inout WireReader
    ) throws(WireError) -> [RequestPlace] {
        _ = try reader.string()
        if version >= 1 {
            _ = try reader.int32()
            _ = try reader.string()
        }
        if version >= 7 { _ = try reader.nullableString() }
        if (2...4).contains(version) { _ = try reader.int64() }
        return try topics(&reader) { reader throws(WireError) in
            _ = try reader.raw(8 + (version >= 6 ? 4 : 0) + (version == 1 ? 8 : 0))
            _ = try reader.nullableString()
        }
    }

    /// `skip`: over what follows each partition's number.
    private static func topics(
        _ reader: inout WireReader,
        _ skip: (inout WireReader) throws(WireError) -> Void
    ) throws(WireError) -> [RequestPlace] {
        let lists = try reader.array { reader throws(WireError) in
            let topic = try reader.string()
            return try reader.array { reader throws(WireError) in
                let partition = try reader.int32()
                try skip(&reader)
                return RequestPlace(topic: topic, partition: partition)
            }
        }
        return lists.flatMap { $0 }
    }
}
