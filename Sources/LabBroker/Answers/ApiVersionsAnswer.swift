/// Which requests are taken, and in which versions.
enum ApiVersionsAnswer {
    private static let unsupportedVersion: Int16 = 35

    /// The whole answer, without its length.
    ///
    /// A version that nobody here knows is answered as version 0 with an error and the range of this request alone, so
    /// that the client asks again with one of those: KIP-511.
    static func bytes(to head: RequestHead, _ offers: [KafkaRequest.Offer]) -> [UInt8] {
        let isKnown = head.request.isOffered(in: head.version, among: offers)
        let version = isKnown ? head.version : 0
        let isFlexible = head.request.isFlexible(in: version)
        var answer = WireWriter()
        answer.int32(head.correlation)
        answer.int16(isKnown ? 0 : unsupportedVersion)
        let listed = offers.filter { isKnown || $0.request == .apiVersions }
        answer.array(listed, isCompact: isFlexible) { answer, entry in
            answer.int16(entry.request.rawValue)
            answer.int16(entry.versions.lowerBound)
            answer.int16(entry.versions.upperBound)
            answer.tags(ifFlexible: isFlexible)
        }
        if version >= 1 { answer.int32(0) }
        answer.tags(ifFlexible: isFlexible)
        return answer.bytes
    }
}
