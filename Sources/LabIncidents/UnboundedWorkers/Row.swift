import LabCore

/// What a worker has to handle: one event of the topic that stands in for a table.
struct Row: Sendable, Hashable {
    /// Whose row it is.
    let owner: String
    let payload: [UInt8]

    /// Reads the payload; the event's `player` is the owner.
    /// - Throws: ``LabError`` if the payload is no JSON object with a plain text of that name.
    init(readingFrom payload: RawSpan) throws(LabError) {
        owner = try JSONObject.plainText(named: "player", in: payload)
        // Copied, since the bytes are the consumer's and the row outlives its event.
        self.payload = unsafe payload.withUnsafeBytes { unsafe Array($0) }
    }

    /// The row's working buffer: its text over and over, up to `size`, and one block of work at least.
    func document(ofSize size: Int) -> [UInt8] {
        let size = max(size, HashWork.blockSize)
        var document: [UInt8] = []
        document.reserveCapacity(size)
        while document.count < size {
            document.append(contentsOf: payload.prefix(size - document.count))
        }
        return document
    }
}
