import LabCore
import LabTelemetry

/// What faults make of an answer.
struct AnswerTreatment {
    var delay = Duration.zero
    var harm = Harm.none

    /// What becomes of its bytes.
    enum Harm: Hashable {
        case none
        /// The client never sees it.
        case lost
        /// Half of it comes through, and nothing after it.
        case cut
        /// One bit is another one; the number says which.
        case flip(UInt64)
    }

    var isNone: Bool { delay == .zero && harm == .none }

    /// - Returns: the bytes with one bit turned; the first four, by which a client knows whose answer it is, stay.
    static func turn(_ number: UInt64, in bytes: [UInt8]) -> [UInt8] {
        guard bytes.count > 4 else { return bytes }
        var bytes = bytes
        let bit = Int(number % UInt64((bytes.count - 4) * 8))
        bytes[4 + bit / 8] ^= 1 << UInt8(bit % 8)
        return bytes
    }
}

/// An answer that a client waits for.
struct WaitingAnswer {
    /// What becomes of the broker's answer.
    enum Kind {
        case itself
        case coordinator
        /// With the starts of topics that were deleted and made again.
        case offsets
        /// - error: of all topics, in place of what is so.
        case metadata(MetadataQuestion, refused: [String: Int16], error: Int16?)
    }

    let head: RequestHead
    let kind: Kind
    let treatment: AnswerTreatment
    /// The answer without its length, once it is there.
    private(set) var bytes: [UInt8]?
    /// When it may go out, once it is there; on the monotonic clock.
    private(set) var due: UInt64 = 0

    init(_ head: RequestHead, as kind: Kind, _ treatment: AnswerTreatment) {
        (self.head, self.kind, self.treatment) = (head, kind, treatment)
    }

    func awaits(_ correlation: Int32) -> Bool { bytes == nil && head.correlation == correlation }

    mutating func take(_ bytes: [UInt8]) {
        self.bytes = bytes
        let delay = UInt64(clamping: treatment.delay.inNanoseconds)
        due = delay == 0 ? 0 : MonotonicClock.nanoseconds + delay
    }
}
