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
    /// What stands between player and filling, for each feature and shard, one text after the other.
    private let middles: [UInt8]
    /// Where each of them begins, and where the last one ends.
    private let bounds: [Int]

    package init(seed: UInt64) {
        var random = SplitMix64(seed: seed ^ 0x70_6c61_7965_72)
        let letters = Array("etaoinshr 0123".utf8)
        filling = (0..<65_536).map { _ in letters[Int(random.next() % UInt64(letters.count))] }
        let texts = Self.features.flatMap { feature in
            (0..<Self.shards).map { shard in
                Array(#"","feature":"\#(feature)","index":"features-\#(feature)-\#(shard)","items":""#.utf8)
            }
        }
        middles = texts.flatMap(\.self)
        bounds = texts.reduce(into: [0]) { bounds, text in bounds.append((bounds.last ?? 0) + text.count) }
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
        let middle = Int(choice % UInt64(Self.features.count) * Self.shards + player % Self.shards)
        writer.append(middles, from: bounds[middle], count: bounds[middle + 1] - bounds[middle])
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
    private let start: UnsafeMutableRawPointer?
    private let capacity: Int
    private(set) var count = 0

    init(_ buffer: UnsafeMutableRawBufferPointer) {
        start = buffer.baseAddress
        capacity = buffer.count
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
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
            // Two digits to a division: the two numbers of every envelope have some twenty.
            while rest >= 10 {
                first -= 2
                let pair = Self.digitPairs.utf8Start + Int(rest % 100) * 2
                digits[first] = pair[0]
                digits[first + 1] = pair[1]
                rest /= 100
            }
            if rest > 0 || number == 0 {
                first -= 1
                digits[first] = UInt8(48 + rest)
            }
            append(UnsafeRawBufferPointer(rebasing: digits[first...]))
        }
    }

    /// `00` to `99`.
    private static let digitPairs: StaticString = """
        00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748\
        49505152535455565758596061626364656667686970717273747576777879808182838485868788899091929394959697\
        9899
        """

    @inline(__always)
    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let length = min(bytes.count, capacity - count)
        guard length > 0, let start, let source = bytes.baseAddress else { return }
        (start + count).copyMemory(from: source, byteCount: length)
        count += length
    }
}
