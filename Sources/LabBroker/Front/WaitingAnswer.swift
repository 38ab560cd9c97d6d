import LabCore
import LabTelemetry

/// What faults make of an answer.
struct AnswerTreatment {
    var delay = Duration.zero
    /// The client never sees it.
    var isLost = false

    var isNone: Bool { delay == .zero && !isLost }
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
