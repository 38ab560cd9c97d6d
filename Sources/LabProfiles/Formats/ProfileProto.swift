package import LabCore

/// A profile as `go tool pprof` and its relatives read it: `profile.proto` (github.com/google/pprof, `proto/profile.proto`),
/// compressed with gzip.
package enum ProfileProto {
    /// - Throws: ``LabError`` if zlib has no memory.
    package static func encode(_ profile: HeapProfile) throws(LabError) -> [UInt8] {
        try Gzip.compress(message(profile).bytes)
    }

    static func message(_ profile: HeapProfile) -> ProtoMessage {
        var strings = StringTable()
        var message = ProtoMessage()
        for (type, unit) in [("inuse_objects", "count"), ("inuse_space", "bytes")] {
            message.add(1, valueType(type, unit, &strings))
        }
        for stack in profile.stacks {
            var sample = ProtoMessage()
            sample.add(1, packed: stack.frames.map { UInt64($0 + 1) })
            sample.add(2, packed: [stack.objects, stack.bytes].map { UInt64(max(0, $0.rounded())) })
            message.add(2, sample)
        }
        for (index, frame) in profile.frames.enumerated() {
            message.add(4, location(UInt64(index + 1), line: frame.line))
            message.add(5, function(UInt64(index + 1), frame, &strings))
        }
        let period = valueType("space", "bytes", &strings)
        for text in strings.texts { message.add(6, text: text) }
        message.add(11, period)
        message.add(12, number: UInt64(profile.samplePeriod))
        return message
    }

    private static func valueType(
        _ type: String,
        _ unit: String,
        _ strings: inout StringTable
    ) -> ProtoMessage {
        var message = ProtoMessage()
        message.add(1, number: strings.index(of: type))
        message.add(2, number: strings.index(of: unit))
        return message
    }

    private static func location(_ id: UInt64, line: Int?) -> ProtoMessage {
        var inner = ProtoMessage()
        inner.add(1, number: id)
        inner.add(2, number: UInt64(max(0, line ?? 0)))
        var message = ProtoMessage()
        message.add(1, number: id)
        message.add(4, inner)
        return message
    }

    private static func function(
        _ id: UInt64,
        _ frame: ProfileFrame,
        _ strings: inout StringTable
    ) -> ProtoMessage {
        let name = frame.module.isEmpty ? frame.function : "\(frame.module).\(frame.function)"
        var message = ProtoMessage()
        message.add(1, number: id)
        message.add(2, number: strings.index(of: name))
        message.add(3, number: strings.index(of: name))
        message.add(4, number: strings.index(of: frame.file ?? frame.library))
        return message
    }
}

/// Strings by number, the empty one first, as the format asks.
private struct StringTable {
    private(set) var texts = [""]
    private var known = ["": UInt64(0)]

    mutating func index(of text: String) -> UInt64 {
        if let index = known[text] { return index }
        let index = UInt64(texts.count)
        known[text] = index
        texts.append(text)
        return index
    }
}

/// Fields of Protocol Buffers, by number (protobuf.dev, “Encoding”).
struct ProtoMessage {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: UInt64, number: UInt64) {
        append(field << 3)
        append(number)
    }

    mutating func add(_ field: UInt64, _ message: ProtoMessage) { add(field, raw: message.bytes) }

    mutating func add(_ field: UInt64, text: String) { add(field, raw: Array(text.utf8)) }

    mutating func add(_ field: UInt64, packed numbers: [UInt64]) {
        var inner = ProtoMessage()
        for number in numbers { inner.append(number) }
        add(field, raw: inner.bytes)
    }

    private mutating func add(_ field: UInt64, raw: [UInt8]) {
        append(field << 3 | 2)
        append(UInt64(raw.count))
        bytes += raw
    }

    private mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
