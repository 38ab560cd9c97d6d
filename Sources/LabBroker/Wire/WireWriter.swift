/// Writes the fields of Kafka's protocol, one after the other.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    private mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: Value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }

    mutating func int8(_ value: Int8) { bytes.append(UInt8(bitPattern: value)) }
    mutating func int16(_ value: Int16) { integer(value) }
    mutating func int32(_ value: Int32) { integer(value) }
    mutating func int64(_ value: Int64) { integer(value) }
    mutating func bool(_ value: Bool) { int8(value ? 1 : 0) }
    mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    mutating func unsignedVarint(_ value: Int) {
        var rest = UInt32(clamping: value)
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// `isCompact`: with a varint for its length, as flexible versions have it.
    mutating func string(_ text: String?, isCompact: Bool = false) {
        guard let text else {
            if isCompact { unsignedVarint(0) } else { int16(-1) }
            return
        }
        let utf8 = text.utf8.prefix(Int(Int16.max))
        if isCompact { unsignedVarint(utf8.count + 1) } else { int16(Int16(utf8.count)) }
        bytes.append(contentsOf: utf8)
    }

    mutating func count(_ count: Int, isCompact: Bool = false) {
        if isCompact { unsignedVarint(count + 1) } else { int32(Int32(clamping: count)) }
    }

    mutating func array<Element>(
        _ elements: [Element],
        isCompact: Bool = false,
        _ write: (inout WireWriter, Element) -> Void
    ) {
        count(elements.count, isCompact: isCompact)
        for element in elements { write(&self, element) }
    }

    /// The tagged fields that end a structure of a flexible version: none.
    mutating func tags(ifFlexible isFlexible: Bool) {
        if isFlexible { bytes.append(0) }
    }

    /// A whole message as it goes over the wire: its length, and what was written.
    var frame: [UInt8] {
        var length = WireWriter()
        length.int32(Int32(clamping: bytes.count))
        return length.bytes + bytes
    }
}
