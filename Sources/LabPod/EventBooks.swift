import Kafka
import LabCore
import LabTelemetry

/// Where a pod writes down what it did: its telemetry page, and the variant's ledger.
struct EventBooks: Sendable {
    let metrics: PodMetrics
    let ledger: Ledger?
    /// Whether events carry their number in a header, and not in their value.
    var numbersAreInHeader = false
    /// Whether one thread alone handles events, so that counting needs no instruction that locks.
    var isOneThread = false

    /// What the lab's producer noted of an event; `nil` if nobody can read it.
    @inline(__always)
    func envelope(of message: borrowing Message) -> EventEnvelope? {
        if numbersAreInHeader {
            return message.withHeader(EventContent.envelopeHeader, EventEnvelope.init(readingFrom:)) ?? nil
        }
        return message.withValue(EventEnvelope.init(readingFrom:))
    }

    /// An event was read from the broker: called in the order of a partition's offsets, before it is handled.
    @inline(__always)
    func read(_ envelope: EventEnvelope?, partition: Int32, offset: Int64) {
        ledger?.markRead(partition, offset, sequence: envelope?.sequence)
    }

    /// The handler begins with an event; `now` is in microseconds since 1970.
    @inline(__always)
    func began(_ envelope: EventEnvelope?, at now: UInt64) {
        guard let envelope else { return }
        count(Self.microseconds(since: envelope, at: now), in: metrics.eventAge)
    }

    /// An event is over, handled or given up; only then is it marked.
    @inline(__always)
    func ended(_ envelope: EventEnvelope?, partition: Int32, offset: Int64, failed: Bool, at now: UInt64) {
        if let envelope { count(Self.microseconds(since: envelope, at: now), in: metrics.latency) }
        if failed {
            metrics.failed.add()
            ledger?.markFailed(partition, offset)
        }
        ledger?.markProcessed(partition, offset)
        if isOneThread { metrics.processed.addAlone() } else { metrics.processed.add() }
    }

    /// The handler threw at an event that is not given up: it counts as failed, and stays unprocessed.
    func refused(partition: Int32, offset: Int64) {
        metrics.failed.add()
        ledger?.markFailed(partition, offset)
    }

    @inline(__always)
    private func count(_ microseconds: UInt64, in histogram: HistogramHandle) {
        if isOneThread { histogram.recordAlone(microseconds) } else { histogram.record(microseconds) }
    }

    /// From the intended send time; none for a time to come, as clocks differ.
    @inline(__always)
    private static func microseconds(since envelope: EventEnvelope, at now: UInt64) -> UInt64 {
        now > envelope.intendedMicroseconds ? now - envelope.intendedMicroseconds : 0
    }
}
