import LabCore
import LabTelemetry

/// Where a pod writes down what it did: its telemetry page, and the variant's ledger.
struct EventBooks: Sendable {
    let metrics: PodMetrics
    let ledger: Ledger?

    /// The handler begins with an event; `now` is in microseconds since 1970.
    @inline(__always)
    func began(_ envelope: EventEnvelope?, at now: UInt64) {
        guard let envelope else { return }
        metrics.eventAge.record(now > envelope.intendedMicroseconds ? now - envelope.intendedMicroseconds : 0)
    }

    /// The handler is done with an event, well or with an error; only then is it marked.
    @inline(__always)
    func ended(_ envelope: EventEnvelope?, partition: Int32, offset: Int64, failed: Bool, at now: UInt64) {
        if let envelope {
            metrics.latency.record(
                now > envelope.intendedMicroseconds ? now - envelope.intendedMicroseconds : 0
            )
        }
        if failed {
            metrics.failed.add()
            ledger?.markFailed(partition, offset)
        }
        ledger?.markProcessed(partition, offset)
        metrics.processed.add()
    }
}
