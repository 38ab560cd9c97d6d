import LabCore

/// Finds single fields of a JSON object in bytes, without allocating and without trusting them.
///
/// It reads up to the field that is asked for: what follows is not looked at. Values that are skipped are only
/// followed to their end, not checked.
enum JSONObject {
    /// Where the text of a top-level field lies, without its quotes.
    /// - Throws: ``LabError`` with the position if the payload is no object, ends early, has no such field, or has one
    ///   that is no text or one with escapes.
    static func text(named name: StaticString, in payload: RawSpan) throws(LabError) -> Range<Int> {
        var position = 0
        try expect(UInt8(ascii: "{"), in: payload, at: &position)
        while true {
            let key = try string(in: payload, at: &position)
            try expect(UInt8(ascii: ":"), in: payload, at: &position)
            skipSpace(in: payload, at: &position)
            if equals(payload, key, name) {
                let value = try string(in: payload, at: &position)
                guard !contains(UInt8(ascii: "\\"), in: payload, value) else {
                    throw unreadable(at: value.lowerBound)
                }
                return value
            }
            try skipValue(in: payload, at: &position)
            try expect(UInt8(ascii: ","), in: payload, at: &position)
        }
    }

    private static func skipValue(in payload: RawSpan, at position: inout Int) throws(LabError) {
        let start = position
        var depth = 0
        while let byte = byte(payload, position) {
            switch byte {
            case UInt8(ascii: "\""):
                _ = try string(in: payload, at: &position)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","):
                if depth == 0, position == start { throw unreadable(at: position) }
                if depth == 0 { return }
                if byte != UInt8(ascii: ",") { depth -= 1 }
            default:
                break
            }
            position += 1
        }
        throw unreadable(at: position)
    }

    /// Passes a text with its quotes; returns the range inside them.
    private static func string(in payload: RawSpan, at position: inout Int) throws(LabError) -> Range<Int> {
        try expect(UInt8(ascii: "\""), in: payload, at: &position)
        let start = position
        while let byte = byte(payload, position) {
            if byte == UInt8(ascii: "\"") {
                position += 1
                return start..<position - 1
            }
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        throw unreadable(at: payload.byteCount)
    }

    private static func expect(
        _ expected: UInt8,
        in payload: RawSpan,
        at position: inout Int
    ) throws(LabError) {
        skipSpace(in: payload, at: &position)
        guard byte(payload, position) == expected else { throw unreadable(at: position) }
        position += 1
    }

    private static func skipSpace(in payload: RawSpan, at position: inout Int) {
        while let byte = byte(payload, position), byte == 0x20 || (0x09...0x0d).contains(byte) {
            position += 1
        }
    }

    private static func equals(_ payload: RawSpan, _ range: Range<Int>, _ name: StaticString) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        for index in 0..<range.count {
            // Inside both: the counts are equal.
            let expected = unsafe name.utf8Start[index]
            guard byte(payload, range.lowerBound + index) == expected else { return false }
        }
        return true
    }

    private static func contains(_ wanted: UInt8, in payload: RawSpan, _ range: Range<Int>) -> Bool {
        for index in range where byte(payload, index) == wanted { return true }
        return false
    }

    private static func byte(_ payload: RawSpan, _ position: Int) -> UInt8? {
        guard position < payload.byteCount else { return nil }
        // Bounds are checked above, and every pattern of bits is a byte.
        return unsafe payload.unsafeLoad(fromByteOffset: position, as: UInt8.self)
    }

    private static func unreadable(at position: Int) -> LabError {
        LabError("event: unreadable at byte \(position)")
    }
}
