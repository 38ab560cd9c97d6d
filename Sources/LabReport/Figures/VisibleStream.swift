/// A text that arrives in pieces of bytes, which need not end with whole characters, made harmless as ``VisibleText``'s
/// blocks are.
package struct VisibleStream: Sendable {
    /// The beginning of a character whose rest has not arrived.
    private var started: [UInt8] = []

    package init() {}

    /// What can be shown so far; bytes that are no UTF-8 become replacement characters.
    package mutating func take(_ piece: ArraySlice<UInt8>) -> String {
        let bytes = started + piece
        let whole = bytes.count - Self.startedBytes(of: bytes)
        started = Array(bytes[whole...])
        return Self.text(bytes[..<whole])
    }

    /// What is left after the last piece.
    package mutating func end() -> String {
        defer { started = [] }
        return Self.text(started[...])
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        VisibleText.block(String(decoding: bytes, as: UTF8.self))
    }

    /// How many of the last bytes begin a character that is not complete.
    private static func startedBytes(of bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let byte = bytes[bytes.count - count]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > count ? count : 0
        }
        return 0
    }
}
