import LabCore

/// A short request that has to reach an edge node through the tunnel.
struct TunnelRequest: Sendable, Hashable {
    let node: String

    /// Reads the payload; the event's `player` is the node.
    /// - Throws: ``LabError`` if the payload is no JSON object with a plain text of that name.
    init(readingFrom payload: RawSpan) throws(LabError) {
        node = try JSONObject.plainText(named: "player", in: payload)
    }
}
