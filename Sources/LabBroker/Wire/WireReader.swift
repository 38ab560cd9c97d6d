/// Why bytes are not what Kafka's protocol says they are.
struct WireError: Error, Hashable {
    let description: String

    static let tooShort = WireError(description: "the bytes end before the message does")
}

/// Reads the fields of Kafka's protocol, one after the other, from bytes that anybody may have sent.
///
/// Nothing is allocated by what a length field announces: only by bytes that are there.
struct WireReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    var remaining: Int { bytes.endIndex - position }

    private mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(WireError) -> Value {
        let size = MemoryLayout<Value>.size
        guard remaining >= size else { throw .tooShort }
        var value: Value = 0
        for offset in 0..<size { value = value << 8 | Value(truncatingIfNeeded: bytes[position + offset]) }
        position += size
        return value
    }

    mutating func int8() throws(WireError) -> Int8 {
        Int8(bitPattern: try integer(UInt8.self))
    }
    mutating func int16() throws(WireError) -> Int16 { try integer(Int16.self) }
    mutating func int32() throws(WireError) -> Int32 { try integer(Int32.self) }
    mutating func int64() throws(WireError) -> Int64 { try integer(Int64.self) }
    mutating func bool() throws(WireError) -> Bool { try int8() != 0 }

    mutating func raw(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0, remaining >= count else { throw .tooShort }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Seven bits in each byte, the lowest first; five bytes at most.
    mutating func unsignedVarint() throws(WireError) -> Int {
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 28, by: 7) {
            let byte = try integer(UInt8.self)
            value |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte & 0x80 == 0 { return Int(value) }
        }
        throw WireError(description: "a varint of more than five bytes")
    }

    /// `isCompact`: with a varint for its length, as flexible versions have it.
    mutating func nullableString(isCompact: Bool = false) throws(WireError) -> String? {
        let count = isCompact ? try unsignedVarint() - 1 : Int(try int16())
        guard count >= 0 else { return nil }
        return String(decoding: try raw(count), as: UTF8.self)
    }

    mutating func string(isCompact: Bool = false) throws(WireError) -> String {
        guard let text = try nullableString(isCompact: isCompact) else {
            throw WireError(description: "a text that must not be null")
        }
        return text
    }

    /// Bytes with an `INT32` length before them; `nil` for a length below 0.
    mutating func nullableBytes() throws(WireError) -> ArraySlice<UInt8>? {
        let count = Int(try int32())
        return count < 0 ? nil : try raw(count)
    }

    /// The number of an array's elements, each of which has at least one byte; `nil` for a null array.
    mutating func count(isCompact: Bool = false) throws(WireError) -> Int? {
        let count = isCompact ? try unsignedVarint() - 1 : Int(try int32())
        guard count >= 0 else { return nil }
        guard count <= remaining else { throw .tooShort }
        return count
    }

    /// An array's elements; none for a null array.
    mutating func array<Element>(
        isCompact: Bool = false,
        _ element: (inout WireReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        var elements: [Element] = []
        for _ in 0..<(try count(isCompact: isCompact) ?? 0) { elements.append(try element(&self)) }
        return elements
    }

    /// Skips the tagged fields that end each structure of a flexible version.
    mutating func skipTags() throws(WireError) {
        for _ in 0..<(try unsignedVarint()) {
            _ = try unsignedVarint()
            _ = try raw(try unsignedVarint())
        }
    }
}
