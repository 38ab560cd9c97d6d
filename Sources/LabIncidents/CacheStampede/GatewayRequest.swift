import LabCore

/// One request to a micro-service, on its way through the gateway.
struct GatewayRequest: Sendable, Hashable {
    /// Says which service is called; the same player always calls the same.
    let hash: UInt64

    /// Reads the payload; the event's `player` is who calls.
    /// - Throws: ``LabError`` if the payload is no JSON object with a plain text of that name.
    init(readingFrom payload: RawSpan) throws(LabError) {
        let player = try JSONObject.plainText(named: "player", in: payload)
        hash = FNV1a.hash(player.utf8)
    }
}
