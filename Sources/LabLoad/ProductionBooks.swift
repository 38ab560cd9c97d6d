import Kafka
import LabCore
import LabTelemetry

/// Where the producer writes down what became of each event: its telemetry page, and every target's ledger.
///
/// Safety: `undelivered` is touched only on the thread that polls the producer, and by that thread afterwards.
final class ProductionBooks: DeliveryObserver, @unchecked Sendable {
    /// Events due by the schedule so far.
    let scheduled: Counter
    /// The schedule's rate at this instant, whole events per second of wall time.
    let targetRate: Counter
    /// Events written to every target so far.
    let sent: Counter
    /// Times that the client's queue was full.
    let queueFull: Counter
    /// How late events were written, microseconds.
    let scheduleDelay: HistogramHandle
    private let page: TelemetryPage
    private let ledgers: [Ledger?]
    private let failures: Counter
    private(set) var undelivered = 0
    private var lastComplaint = ""
    private var brokers = BrokerWatch()
    private let journal: BrokerJournalWriter
    /// A record was confirmed since the last look.
    private var hasProgress = false
    private var nextLook: UInt64 = 0

    /// Between two looks at what is under way, nanoseconds.
    private static let lookInterval: UInt64 = 100_000_000

    init(page: TelemetryPage, ledgers: [Ledger?], journal: BrokerJournalWriter) {
        self.page = page
        self.ledgers = ledgers
        self.journal = journal
        scheduled = page.counter(MetricName.scheduled.rawValue)
        targetRate = page.gauge(MetricName.targetRate.rawValue)
        sent = page.counter("sent")
        queueFull = page.counter("queueFull")
        failures = page.counter("undelivered")
        scheduleDelay = page.histogram(ProducerMetricName.scheduleDelay)
    }

    /// Says that another schedule is followed from now on, by its number.
    func revised(to number: Int) { page.gauge(ProducerMetricName.revision).store(UInt64(number)) }

    /// Notes how late events were written.
    ///
    /// Neighbours that were due at the same time, which flat out is all of them, take one entry together.
    func recordDelays(of dueTimes: ArraySlice<Int64>, at now: Int64) {
        var next = dueTimes.startIndex
        while next < dueTimes.endIndex {
            let (first, due) = (next, dueTimes[next])
            while next < dueTimes.endIndex, dueTimes[next] == due { next += 1 }
            scheduleDelay.record(UInt64(clamping: (now - due) / 1_000), count: UInt64(next - first))
        }
    }

    func delivered(topic: Int, partition: Int32, offset: Int64) {
        hasProgress = true
        guard ledgers.indices.contains(topic), let ledger = ledgers[topic] else { return }
        ledger.markProduced(partition, offset)
    }

    func undelivered(topic: Int, partition: Int32, error: KafkaErrorCode) {
        undelivered += 1
        failures.add()
        // What is thrown away at the end says nothing of the broker.
        if error != .purgedFromQueue, error != .purgedInFlight {
            journal.write(brokers.failedToWrite("\(error) (\(error.name))", at: MonotonicClock.nanoseconds))
        }
        complain("partition \(partition): \(error)")
    }

    func clientError(_ error: KafkaError) {
        let trouble = BrokerWatch.Trouble(
            isRefusal: error.code.isRefusal,
            isUnreachable: error.isUnreachable,
            isOfAll: error.code == .allBrokersDown
        )
        // What was confirmed before says nothing of now.
        if trouble == .allLost { hasProgress = false }
        if let trouble {
            journal.write(brokers.met(trouble, error.description, at: MonotonicClock.nanoseconds))
        }
        complain(error.description)
    }

    func throttled(_ throttle: Throttle) {
        let time = UInt64(max(0, throttle.time.inNanoseconds))
        journal.write(brokers.throttled(throttle.broker, time, at: MonotonicClock.nanoseconds))
    }

    /// Looks now and then whether the broker confirms what is under way.
    func look(at now: UInt64, outstanding: @autoclosure () -> Int) {
        guard now >= nextLook else { return }
        nextLook = now + Self.lookInterval
        if hasProgress {
            hasProgress = false
            journal.write(brokers.progressed(at: now))
        }
        journal.write(brokers.waits(outstanding() > 0, at: now))
    }

    /// The production is over.
    func close(at now: UInt64) {
        if hasProgress { journal.write(brokers.progressed(at: now)) }
        journal.write(brokers.ended(at: now))
    }

    /// Says each thing once in a row, into the producer's log.
    private func complain(_ text: String) {
        guard text != lastComplaint else { return }
        lastComplaint = text
        ProcessLog.write("producer: \(text)")
    }
}

/// Names on the producer's page that the lab looks for.
package enum ProducerMetricName {
    package static let scheduleDelay = "scheduleDelay"
    package static let sent = "sent"
    package static let undelivered = "undelivered"
    /// The number of the schedule that is followed; 0 or missing for the first one.
    package static let revision = "scheduleRevision"
}
