/// What the lab's producer writes at the start of every payload, and what a pod reads back:
/// `{"seq":42,"at":1700000000000000,` — sequence number, and the intended send time in microseconds since 1970.
///
/// The intended time is the schedule's, not that of the send call, so that latency includes the producer's own delay
/// (coordinated omission).
package struct EventEnvelope: Hashable, Sendable {
    package let sequence: UInt64
    package let intendedMicroseconds: UInt64

    package init(sequence: UInt64, intendedMicroseconds: UInt64) {
        self.sequence = sequence
        self.intendedMicroseconds = intendedMicroseconds
    }

    /// Reads the envelope without allocating; `nil` if the payload does not begin with one.
    package init?(readingFrom payload: RawSpan) {
        var position = 0
        guard Self.skip(Self.sequenceLabel, in: payload, at: &position),
            let sequence = Self.number(in: payload, at: &position),
            Self.skip(Self.timeLabel, in: payload, at: &position),
            let time = Self.number(in: payload, at: &position)
        else { return nil }
        self.init(sequence: sequence, intendedMicroseconds: time)
    }

    package static let sequenceLabel: StaticString = #"{"seq":"#
    package static let timeLabel: StaticString = #","at":"#

    @inline(__always)
    private static func skip(_ label: StaticString, in payload: RawSpan, at position: inout Int) -> Bool {
        let length = label.utf8CodeUnitCount
        guard payload.byteCount - position >= length else { return false }
        for index in 0..<length {
            let expected = unsafe label.utf8Start[index]
            guard unsafe payload.unsafeLoad(fromByteOffset: position + index, as: UInt8.self) == expected
            else {
                return false
            }
        }
        position += length
        return true
    }

    @inline(__always)
    private static func number(in payload: RawSpan, at position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        let start = position
        while position < payload.byteCount, position - start < 20 {
            let digit = unsafe payload.unsafeLoad(fromByteOffset: position, as: UInt8.self) &- 48
            guard digit < 10 else { break }
            value = value &* 10 &+ UInt64(digit)
            position += 1
        }
        return position == start ? nil : value
    }
}
