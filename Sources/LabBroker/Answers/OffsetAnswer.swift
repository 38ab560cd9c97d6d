/// The mock's answers to ListOffsets and OffsetFetch, with the starts of topics that were deleted and made again: what
/// lies before belongs to their former life, and so does what was committed there.
enum OffsetAnswer {
    /// The whole answer, without its length.
    ///
    /// `answer`: of the mock, with its correlation.
    static func bytes(
        from answer: ArraySlice<UInt8>,
        to head: RequestHead,
        in topics: TopicRegistry
    ) throws(WireError) -> [UInt8] {
        var (reader, writer) = (WireReader(answer), WireWriter())
        writer.int32(try reader.int32())
        let isList = head.request == .listOffsets
        if head.version >= (isList ? 2 : 3) { writer.int32(try reader.int32()) }
        let topicCount = try reader.count() ?? 0
        writer.count(topicCount)
        for _ in 0..<topicCount {
            let topic = try reader.string()
            writer.string(topic)
            let partitionCount = try reader.count() ?? 0
            writer.count(partitionCount)
            for _ in 0..<partitionCount {
                let partition = try reader.int32()
                writer.int32(partition)
                let start = topics.start(of: topic, partition: partition)
                if isList {
                    try copyListed(head.version, from: start, &reader, &writer)
                } else {
                    try copyCommitted(head.version, from: start, &reader, &writer)
                }
            }
        }
        writer.raw(try reader.raw(reader.remaining))
        return writer.bytes
    }

    private static func copyListed(
        _ version: Int16,
        from start: Int64,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws(WireError) {
        writer.int16(try reader.int16())
        guard version >= 1 else {
            let offsets = try reader.array { reader throws(WireError) in try reader.int64() }
            writer.array(offsets) { $0.int64($1 < 0 ? $1 : max($1, start)) }
            return
        }
        writer.int64(try reader.int64())
        let offset = try reader.int64()
        writer.int64(offset < 0 ? offset : max(offset, start))
    }

    private static func copyCommitted(
        _ version: Int16,
        from start: Int64,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws(WireError) {
        let offset = try reader.int64()
        writer.int64(offset < start ? -1 : offset)
        if version >= 5 { writer.int32(try reader.int32()) }
        writer.string(try reader.nullableString())
        writer.int16(try reader.int16())
    }
}
