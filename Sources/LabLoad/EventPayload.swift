package import LabCore

/// Writes payloads that look like the incident's: one player's feature event as JSON, the lab's envelope in front.
///
/// `{"seq":42,"at":1700000000000000,"player":"p-12","feature":"inventory","index":"features-inventory-3","items":"…"}`
///
/// The text in `items` fills the payload up to its size: words of few letters from a pool made once from the seed,
/// so that events differ and compress as such text does. A size below the fixed fields' gives the fixed fields alone.
package struct EventPayload: Sendable {
    private static let features = [
        "inventory", "quests", "friends", "guild", "arena", "market", "mail", "season", "badges", "housing",
        "pets",
        "craft",
    ]
    /// Indices that a feature is spread over.
    private static let shards: UInt64 = 16
    /// Longest sum of everything but the filling.
    package static let fixedCapacity = 192

    private let filling: [UInt8]
    private let heads: [[UInt8]]

    package init(seed: UInt64) {
        var random = SplitMix64(seed: seed ^ 0x70_6c61_7965_72)
        let letters = Array("etaoinshr 0123".utf8)
        filling = (0..<65_536).map { _ in letters[Int(random.next() % UInt64(letters.count))] }
        heads = Self.features.map { Array(#"","feature":"\#($0)","index":"features-\#($0)-"#.utf8) }
    }

    /// Writes one payload into `buffer`, which has room for `size` and for ``fixedCapacity`` bytes.
    ///
    /// The player is the key's number and decides the feature's index, so that a player's events meet the same ones;
    /// `choice` holds random bits for the feature and the filling.
    /// - Returns: the number of bytes written.
    package func write(
        into buffer: UnsafeMutableRawBufferPointer,
        size: Int,
        envelope: EventEnvelope,
        player: UInt64,
        choice: UInt64
    ) -> Int {
        var writer = ByteWriter(buffer)
        writer.append(EventEnvelope.sequenceLabel)
        writer.append(envelope.sequence)
        writer.append(EventEnvelope.timeLabel)
        writer.append(envelope.intendedMicroseconds)
        writer.append(#","player":"p-"#)
        writer.append(player)
        writer.append(heads[Int(choice % UInt64(heads.count))])
        writer.append(player % Self.shards)
        writer.append(#"","items":""#)
        let room = min(size, buffer.count) - writer.count - 2
        if room > 0 {
            let start = Int((choice >> 32) % UInt64(filling.count - min(room, filling.count / 2)))
            writer.append(filling, from: start, count: room)
        }
        writer.append(#""}"#)
        return writer.count
    }
}

/// Appends bytes to memory that is large enough; what does not fit is left out.
struct ByteWriter {
    private let buffer: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Copies `count` bytes of `bytes` from `start` on, beginning anew at their end.
    mutating func append(_ bytes: [UInt8], from start: Int, count: Int) {
        bytes.withUnsafeBytes { source in
            var (start, left) = (start, count)
            while left > 0 {
                let piece = min(left, source.count - start)
                append(UnsafeRawBufferPointer(rebasing: source[start..<start + piece]))
                left -= piece
                start = 0
            }
        }
    }

    mutating func append(_ number: UInt64) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var first = 20
            var rest = number
            repeat {
                first -= 1
                digits[first] = UInt8(48 + rest % 10)
                rest /= 10
            } while rest > 0
            append(UnsafeRawBufferPointer(rebasing: digits[first...]))
        }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let length = min(bytes.count, buffer.count - count)
        guard length > 0 else { return }
        UnsafeMutableRawBufferPointer(rebasing: buffer[count..<count + length]).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[..<length])
        )
        count += length
    }
}
