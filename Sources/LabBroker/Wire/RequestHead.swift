/// What every request begins with: what is asked, in which version, and the number that its answer is to bear.
struct RequestHead: Hashable, Sendable {
    let request: KafkaRequest
    let version: Int16
    let correlation: Int32

    var isFlexible: Bool { request.isFlexible(in: version) }

    /// Reads up to the request's own fields.
    ///
    /// `reader`: behind the length.
    init(_ reader: inout WireReader) throws(WireError) {
        request = KafkaRequest(rawValue: try reader.int16())
        version = try reader.int16()
        correlation = try reader.int32()
        _ = try reader.nullableString()
        if isFlexible { try reader.skipTags() }
    }

    init(_ request: KafkaRequest, version: Int16, correlation: Int32) {
        (self.request, self.version, self.correlation) = (request, version, correlation)
    }

    /// The beginning of the answer.
    ///
    /// That to ApiVersions has no tags, since whoever asks does not know the versions.
    var answer: WireWriter {
        var writer = WireWriter()
        writer.int32(correlation)
        writer.tags(ifFlexible: isFlexible && request != .apiVersions)
        return writer
    }
}
