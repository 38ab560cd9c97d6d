import LabCore

/// What the service needs of a player's feature event, whose payload is a JSON object such as
/// `{"seq":1,"at":1,"player":"p-123","feature":"inventory","index":"features-inventory-17"}`.
struct FeatureEvent: Sendable, Hashable {
    /// The search index that the event belongs to.
    let index: String

    /// Reads the payload, allocating nothing but the index's name.
    /// - Throws: ``LabError`` if the payload is no JSON object with a plain text named `index`.
    init(readingFrom payload: RawSpan) throws(LabError) {
        let range = try JSONObject.text(named: "index", in: payload)
        // `range` lies inside the payload, and nothing keeps the pointer.
        let name = unsafe payload.withUnsafeBytes { bytes in
            unsafe String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
        }
        guard let name, !name.isEmpty else { throw LabError("event: its “index” is no name") }
        index = name
    }
}
