import LabCore

extension JSONObject {
    /// A top-level field's text as a string of its own.
    /// - Throws: ``LabError`` if there is no such text, or if it is empty, escaped or no UTF-8.
    static func plainText(named name: StaticString, in payload: RawSpan) throws(LabError) -> String {
        let range = try text(named: name, in: payload)
        // `range` lies inside the payload, and nothing keeps the pointer.
        let text = unsafe payload.withUnsafeBytes { bytes in
            unsafe String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
        }
        guard let text, !text.isEmpty else { throw LabError("event: its “\(name)” is no name") }
        return text
    }
}
