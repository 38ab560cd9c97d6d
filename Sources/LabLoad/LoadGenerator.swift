import CPlatform
import Foundation
import Kafka
import LabCore
package import LabTelemetry

/// Produces a workload: open loop, on an absolute schedule, with one copy of every event for each target.
///
/// Every millisecond all events that have come due are written, each with the time at which it was due, however late
/// the producer is: the delay shows in the schedule-delay histogram and in the consumers' latency, and is not hidden
/// by sending less. A full queue is back-pressure; no event is dropped.
package struct LoadGenerator: ~Copyable {
    /// How a production ended.
    package struct Outcome: Sendable, Hashable {
        /// Events written to every target.
        package var sent: UInt64
        /// Copies that the broker did not confirm.
        package var undelivered: Int
        package var isComplete: Bool
    }

    /// The absolute schedule's step, nanoseconds.
    static let tick: UInt64 = 1_000_000
    /// Between two looks for another schedule, nanoseconds.
    private static let revisionInterval: UInt64 = 5_000_000
    static let flatOutBatch: UInt64 = 4_096
    static let flushLimit = Duration.seconds(10)
    private static let flushStep = Duration.milliseconds(500)
    /// What the client's queue of copied records takes and gives back all the time, and its largest request buffer:
    /// kept, since taking the pages anew costs a tenth of the producer's CPU.
    private static let keptMemory: Int32 = 128 << 20
    private static let largestKeptBlock: Int32 = 32 << 20

    private let configuration: ProducerConfiguration
    private let books: ProductionBooks
    private let heartbeat: Heartbeat?
    private var producer: Producer
    private var topics: [ProducerTopic] = []
    private var writer: RunWriter

    /// - Throws: ``LabError`` if a file cannot be mapped or the workload's content cannot be had, ``KafkaError`` if a
    ///   property is refused.
    package init(_ configuration: ProducerConfiguration) throws {
        cplatform_keep_freed_memory(Self.keptMemory, Self.largestKeptBlock)
        let page = try configuration.telemetryPath.map(TelemetryPage.open(at:)) ?? .anonymous()
        let heartbeat = try configuration.heartbeatPath.map(Heartbeat.open(at:))
        let ledgers = try configuration.targets.map { try $0.ledgerPath.map(Ledger.open(at:)) }
        let books = ProductionBooks(
            page: page,
            ledgers: ledgers,
            journal: BrokerJournalWriter(besidePage: configuration.telemetryPath)
        )
        var properties = ClientProperties()
        for property in configuration.properties { properties[property.label] = property.value }
        let writer = try RunWriter(configuration.workload, seed: configuration.seed)
        producer = try Producer(properties, deliveries: books)
        self.configuration = configuration
        self.books = books
        self.heartbeat = heartbeat
        self.writer = writer
    }

    /// Produces everything, or until the flag is raised.
    ///
    /// Blocks the calling thread.
    /// - Parameter stop: SIGTERM and SIGINT by default.
    /// - Returns: what was sent, and what the broker did not confirm.
    /// - Throws: ``KafkaError`` if a record is refused for another reason than a full queue, ``LabError`` if a line of the
    ///   workload's files is no event.
    package mutating func run(until stop: StopFlag? = nil) throws -> Outcome {
        let stop = try stop ?? .signals()
        for target in configuration.targets { topics.append(try producer.topic(named: target.topic)) }
        let sent =
            switch configuration.pace {
            case .schedule(let profile): try followSchedule(profile, until: stop)
            case .flatOut(let events): try runFlatOut(events, until: stop)
            }
        let outstanding = flush()
        return Outcome(
            sent: sent,
            undelivered: books.undelivered + outstanding,
            isComplete: !stop.isRaised
        )
    }

    /// Waits for what is under way, and looks at the brokers meanwhile.
    /// - Returns: how many records are still outstanding.
    private mutating func flush() -> Int {
        let deadline = ContinuousClock.now + Self.flushLimit
        var outstanding = producer.flush(timeout: Self.flushStep)
        while outstanding > 0, ContinuousClock.now < deadline {
            heartbeat?.beat()
            look()
            outstanding = producer.flush(timeout: Self.flushStep)
        }
        books.close(at: MonotonicClock.nanoseconds)
        heartbeat?.finish()
        return outstanding
    }

    private func look() {
        books.look(at: MonotonicClock.nanoseconds, outstanding: producer.outstanding)
    }

    private mutating func followSchedule(_ planned: LoadProfile, until stop: StopFlag) throws -> UInt64 {
        var profile = planned
        var revisions = RevisedSchedules(at: configuration.revisionsPath)
        var nextRevision: UInt64 = 0
        let zero = UInt64(max(0, configuration.zero))
        let epoch = Self.epochMicroseconds(atMonotonic: zero)
        var times = profile.intendedTimes
        var nextTime = times.next()
        var sent: UInt64 = 0
        var tick = max(zero, MonotonicClock.nanoseconds)
        heartbeat?.beat()
        while nextTime != nil, !stop.isRaised {
            Self.sleep(until: tick)
            heartbeat?.beat()
            if tick >= nextRevision {
                nextRevision = tick + Self.revisionInterval
                if let revised = revisions.newest() {
                    profile = revised
                    // What has been sent stays sent; the one that is waited for may come at another time.
                    times = revised.intendedTimes(from: nextTime == nil ? times.index : times.index - 1)
                    nextTime = times.next()
                    books.revised(to: revisions.taken)
                }
            }
            let elapsed = Int64(clamping: MonotonicClock.nanoseconds &- zero)
            while let time = nextTime, time <= elapsed, !stop.isRaised {
                sent += try writeRun(from: sent, epoch: epoch, zero: zero, until: stop) {
                    guard let due = nextTime, due <= elapsed else { return nil }
                    nextTime = times.next()
                    return due
                }
            }
            // A backlog takes long to write: what is due has grown meanwhile.
            let now = Int64(clamping: MonotonicClock.nanoseconds &- zero)
            books.scheduled.store(profile.due(at: .nanoseconds(now)))
            books.targetRate.store(UInt64(profile.rate(at: .nanoseconds(now)).perSecond.rounded()))
            producer.poll(timeout: .zero)
            look()
            tick += Self.tick
        }
        return sent
    }

    private mutating func runFlatOut(_ events: UInt64, until stop: StopFlag) throws -> UInt64 {
        let zero = MonotonicClock.nanoseconds
        let epoch = Self.epochMicroseconds(atMonotonic: zero)
        var sent: UInt64 = 0
        while sent < events, !stop.isRaised {
            let elapsed = Int64(clamping: MonotonicClock.nanoseconds &- zero)
            var left = min(Self.flatOutBatch, events - sent)
            while left > 0, !stop.isRaised {
                let written = try writeRun(from: sent, epoch: epoch, zero: zero, until: stop) {
                    guard left > 0 else { return nil }
                    left -= 1
                    return elapsed
                }
                sent += written
            }
            producer.poll(timeout: .zero)
            look()
        }
        books.scheduled.store(sent)
        return sent
    }

    /// Writes the events that `nextDue` gives and that belong to one partition's run, to every target.
    /// - Returns: how many they were; fewer if the flag was raised while a queue was full.
    private mutating func writeRun(
        from sequence: UInt64,
        epoch: UInt64,
        zero: UInt64,
        until stop: StopFlag,
        nextDue: () -> Int64?
    ) throws -> UInt64 {
        let partition = try writer.fill(from: sequence, epoch: epoch, nextDue: nextDue)
        var written = writer.run.count
        for topic in topics {
            var done = 0
            while done < writer.run.count {
                done += try producer.enqueue(writer.run, from: done, to: topic, partition: Int32(partition))
                guard done < writer.run.count else { break }
                books.queueFull.add()
                heartbeat?.beat()
                producer.poll(timeout: .milliseconds(5))
                look()
                if stop.isRaised { break }
            }
            written = min(written, done)
        }
        let now = Int64(clamping: MonotonicClock.nanoseconds &- zero)
        books.recordDelays(of: writer.dueTimes.prefix(written), at: now)
        books.sent.add(UInt64(written))
        return UInt64(written)
    }

    /// Absolute, so that no error adds up.
    private static func sleep(until deadline: UInt64) {
        let now = MonotonicClock.nanoseconds
        if deadline > now { Thread.sleep(forTimeInterval: Double(deadline - now) * 1e-9) }
    }

    /// The wall clock's reading at an instant of the monotonic clock, as far as both run alike.
    private static func epochMicroseconds(atMonotonic instant: UInt64) -> UInt64 {
        let wall = Int64(Date().timeIntervalSince1970 * 1e6)
        let difference = (Int64(clamping: instant) - Int64(clamping: MonotonicClock.nanoseconds)) / 1_000
        return UInt64(clamping: wall + difference)
    }
}
