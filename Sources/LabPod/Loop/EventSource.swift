import Kafka
import LabCore
import LabTelemetry

/// A pod's end of Kafka: which partitions, from which offsets, and where offsets are committed.
///
/// Fixed partitions start at the ledger's committed offset, or at its base, and are committed there: the embedded
/// broker takes no commits from outside a group. A group's member commits to the group, and the ledger keeps a copy.
struct EventSource: ~Copyable, Sendable {
    static let batchCapacity = 1_000
    private static let pollTimeout = Duration.milliseconds(50)
    private static let offsetTimeout = Duration.seconds(10)
    /// Nanoseconds; the embedded broker's rebalances take half of it.
    private static let longestSettling: UInt64 = 20_000_000_000
    /// Seconds; three decades stand for “never”.
    private static let longestInterval = 1e9

    private let configuration: PodConfiguration
    private let books: EventBooks
    private let rebalances: PodRebalances
    private var consumer: Consumer
    private var held: HeldPartitions
    private var paused = PausedPartitions()
    private let commitInterval: UInt64
    private var nextCommit: UInt64
    private var brokers: BrokerNotes

    init(_ configuration: PodConfiguration, books: EventBooks) throws {
        self.configuration = configuration
        self.books = books
        rebalances = PodRebalances(topic: configuration.topic, ledger: books.ledger)
        var properties = ClientProperties()
        for property in configuration.properties { properties[property.label] = property.value }
        consumer = try Consumer(properties, rebalances: rebalances) {
            ProcessLog.write("librdkafka: \($0.text)")
        }
        held = HeldPartitions(joiningAt: MonotonicClock.nanoseconds, metrics: books.metrics)
        commitInterval = UInt64(min(max(configuration.commitInterval, 0), Self.longestInterval) * 1e9)
        nextCommit = MonotonicClock.nanoseconds + commitInterval
        brokers = BrokerNotes(besidePage: configuration.telemetryPath)
    }

    /// What the loop does before partitions are given up: finish what is under way, and tell what to commit.
    func whenRevoking(_ finish: @escaping @Sendable () -> [CommittableOffset]) {
        rebalances.setFinish(finish)
    }

    mutating func start() throws {
        switch configuration.assignment {
        case .fixed(let partitions):
            var start: [PartitionOffset] = []
            for partition in partitions { start.append(try startingPoint(of: partition)) }
            try consumer.assign(start)
            held = HeldPartitions(fixed: partitions, metrics: books.metrics)
            books.metrics.ready.store(1)
        case .group:
            try consumer.subscribe(to: [configuration.topic])
        }
    }

    private func startingPoint(of partition: Int32) throws -> PartitionOffset {
        guard let ledger = books.ledger else {
            let place = TopicPartition(topic: configuration.topic, partition: partition)
            let marks = try consumer.watermarks(of: place, timeout: Self.offsetTimeout)
            return PartitionOffset(place, offset: marks.low)
        }
        let committed = ledger.committed(partition)
        return PartitionOffset(
            topic: configuration.topic,
            partition: partition,
            offset: committed >= 0 ? committed : ledger.base(partition)
        )
    }

    /// Pauses all partitions while the handler is saturated, and goes on with them afterwards.
    ///
    /// For between two polls: pausing while one is going on loses messages in librdkafka 2.0.
    mutating func pause(while isSaturated: Bool) throws {
        guard isSaturated || !paused.isEmpty else { return }
        let change = paused.change(to: isSaturated, of: held.held)
        let topic = configuration.topic
        try consumer.pause(change.paused.map { TopicPartition(topic: topic, partition: $0) })
        try consumer.resume(change.resumed.map { TopicPartition(topic: topic, partition: $0) })
        books.metrics.paused.store(UInt64(paused.count))
    }

    /// Takes what has been fetched, waiting a little if there is nothing.
    /// - Returns: partitions that are no longer this pod's.
    mutating func poll(into batch: inout MessageBatch) throws -> [Int32] {
        try consumer.poll(into: &batch, timeout: Self.pollTimeout)
        let start = rebalances.takeStart()
        if let start, !batch.isEmpty { held.interrupted(for: MonotonicClock.nanoseconds - start) }
        let gone = try takeEvents(rebalanceStart: start)
        if !batch.isEmpty { brokers.progressed() }
        if held.awaitsEvent, !batch.isEmpty {
            let age = batch.withMessage(at: 0) { books.envelope(of: $0) }.map(Self.age)
            held.took(at: MonotonicClock.nanoseconds, age: age)
        }
        return gone
    }

    /// Nanoseconds since the event was to be sent.
    private static func age(of envelope: EventEnvelope) -> UInt64 {
        let now = WallClock.microseconds()
        return now > envelope.intendedMicroseconds ? (now - envelope.intendedMicroseconds) * 1_000 : 0
    }

    /// Takes in what happened since the last time, and tells which partitions are no longer this pod's.
    ///
    /// `rebalanceStart` is when the rebalance callbacks that led to it began, if there were any.
    private mutating func takeEvents(rebalanceStart: UInt64?) throws -> [Int32] {
        var gone: [Int32] = []
        for event in consumer.drainEvents() { try take(event, &gone, rebalanceStart) }
        return gone
    }

    private mutating func take(
        _ event: ConsumerEvent,
        _ gone: inout [Int32],
        _ rebalanceStart: UInt64?
    ) throws {
        switch event {
        case .assigned(let partitions):
            books.metrics.ready.store(1)
            books.metrics.rebalances.add()
            held.add(partitions.map(\.partition), at: MonotonicClock.nanoseconds)
            // Under a cooperative protocol nothing new at once after a revocation means that another join follows.
            if gone.isEmpty || !partitions.isEmpty {
                nextCommit = MonotonicClock.nanoseconds + commitInterval
            }
            ProcessLog.write("assigned: \(partitions.map { String($0.partition) }.joined(separator: " "))")
        case .revoked(let partitions), .lost(let partitions):
            let numbers = partitions.map(\.partition)
            gone += numbers
            for partition in numbers { rebalances.forget(partition) }
            paused.forget(numbers)
            holdCommits()
            held.remove(numbers, since: rebalanceStart ?? MonotonicClock.nanoseconds)
            ProcessLog.write("revoked: \(partitions.map { String($0.partition) }.joined(separator: " "))")
        case .committed(let offsets):
            for offset in offsets {
                confirm(CommittableOffset(partition: offset.partition.partition, next: offset.offset))
            }
        case .commitFailed(let error):
            books.metrics.commitsFailed.add()
            if error.code == .rebalanceInProgress { holdCommits() }
            ProcessLog.write("commit: \(error)")
        case .error(let error) where error.code == .offsetReset:
            // The broker has dropped events that were never read: the run's end tells how many.
            throw error
        case .error(let error):
            ProcessLog.write("consumer: \(error)")
            brokers.met(error)
            // A lab ends the run; without one nobody would.
            if error.code.isRefusal, configuration.telemetryPath == nil { throw error }
        case .throttled(let throttle):
            brokers.throttled(throttle)
        case .endOfPartition:
            break
        }
    }

    var isCommitDue: Bool { MonotonicClock.nanoseconds >= nextCommit }

    /// Commits nothing on the interval until the group has settled.
    ///
    /// A commit that is sent while the member joins again is answered after the join, carries an old generation, and
    /// makes librdkafka give up the whole assignment (librdkafka issue 4059, from 1.6.0 on). That a rebalance has begun
    /// is known here from a commit that fails or from partitions that go, so a member that its heartbeat
    /// told first can still be hit.
    private mutating func holdCommits() {
        guard case .group = configuration.assignment else { return }
        nextCommit = MonotonicClock.nanoseconds + max(commitInterval, Self.longestSettling)
    }

    private func confirm(_ offset: CommittableOffset) {
        rebalances.confirm(offset)
        books.ledger?.setCommitted(offset.partition, offset.next)
    }

    mutating func commit(_ offsets: [CommittableOffset]) throws {
        nextCommit = MonotonicClock.nanoseconds + commitInterval
        switch configuration.assignment {
        case .fixed:
            for offset in offsets { books.ledger?.setCommitted(offset.partition, offset.next) }
        case .group:
            try consumer.commit(rebalances.offsetsToCommit(offsets))
        }
    }

    /// The last commit, waited for.
    ///
    /// One that fails, as while another member leaves too, is tried once more on the way out of the group.
    mutating func commitFinally(_ offsets: [CommittableOffset]) throws {
        guard case .group = configuration.assignment else { return try commit(offsets) }
        let positions = rebalances.offsetsToCommit(offsets)
        do {
            try consumer.commit(positions, waiting: .seconds(5))
            for position in positions {
                confirm(CommittableOffset(partition: position.partition.partition, next: position.offset))
            }
        } catch {
            books.metrics.commitsFailed.add()
            guard !error.isFatal else { throw error }
            ProcessLog.write("commit: \(error)")
        }
    }

    /// Leaves, and takes in what became of the commits that were still on their way.
    mutating func close() throws {
        brokers.close()
        try consumer.close()
        _ = try takeEvents(rebalanceStart: rebalances.takeStart())
    }
}

extension CommittableOffset {
    func position(in topic: String) -> PartitionOffset {
        PartitionOffset(topic: topic, partition: partition, offset: next)
    }
}
