import Kafka
import LabCore
import LabTelemetry

/// What a pod's client meets at its brokers, written down for the lab.
struct BrokerNotes: Sendable {
    private var watch = BrokerWatch()
    private let journal: BrokerJournalWriter
    private var isInTrouble = false

    /// - Parameter page: of the pod; `nil` for a pod without a lab.
    init(besidePage page: String?) { journal = BrokerJournalWriter(besidePage: page) }

    mutating func met(_ error: KafkaError) {
        if error.code.isDamage {
            journal.write(watch.damaged(error.description, at: MonotonicClock.nanoseconds))
        }
        let trouble = BrokerWatch.Trouble(
            isRefusal: error.code.isRefusal,
            isUnreachable: error.isUnreachable,
            isOfAll: error.code == .allBrokersDown
        )
        guard let trouble else { return }
        isInTrouble = true
        journal.write(watch.met(trouble, error.description, at: MonotonicClock.nanoseconds))
    }

    mutating func throttled(_ throttle: Throttle) {
        let time = UInt64(max(0, throttle.time.inNanoseconds))
        journal.write(watch.throttled(throttle.broker, time, at: MonotonicClock.nanoseconds))
    }

    /// Events came.
    mutating func progressed() {
        guard isInTrouble else { return }
        isInTrouble = false
        journal.write(watch.progressed(at: MonotonicClock.nanoseconds))
    }

    mutating func close() { journal.write(watch.ended(at: MonotonicClock.nanoseconds)) }
}
