import LabCore

/// One call of the store's list: what the agent does for an event.
struct ListCall: Sendable, Hashable {
    /// What is listed; calls with the same selector have the same result.
    let selector: String

    /// Reads the payload; the event's `player` is what is listed.
    /// - Throws: ``LabError`` if the payload is no JSON object with a plain text of that name.
    init(readingFrom payload: RawSpan) throws(LabError) {
        selector = try JSONObject.plainText(named: "player", in: payload)
    }
}
