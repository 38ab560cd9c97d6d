import LabCore

/// One row of the database as the service uses it: 128 columns side by side, 1 KiB.
struct Item: Sendable, Hashable {
    static let columnCount = 128
    /// Of a row on its way, too: the columns one after the other, the most significant byte of each first.
    static let byteCount = columnCount * MemoryLayout<Int64>.size

    private var low: SIMD64<Int64> = .zero
    private var high: SIMD64<Int64> = .zero

    /// `column` is asked for each column from 0 on.
    init(column: (Int) -> Int64) {
        for index in 0..<SIMD64<Int64>.scalarCount {
            low[index] = column(index)
            high[index] = column(index + SIMD64<Int64>.scalarCount)
        }
    }

    /// - Precondition: `column` is below ``columnCount``.
    subscript(column: Int) -> Int64 {
        let half = SIMD64<Int64>.scalarCount
        return column < half ? low[column] : high[column - half]
    }
}

/// What an item is asked for by.
struct ItemKey: Sendable, Hashable {
    /// Longer ones are no keys of this service.
    static let longest = 200

    let text: String

    /// Reads the payload; the event's `player` is the key.
    /// - Throws: ``LabError`` if the payload is no JSON object with a plain text of that name, or with too long a one.
    init(readingFrom payload: RawSpan) throws(LabError) {
        text = try JSONObject.plainText(named: "player", in: payload)
        guard text.utf8.count <= Self.longest else {
            throw LabError("event: its “player” is longer than \(Self.longest) bytes")
        }
    }
}
