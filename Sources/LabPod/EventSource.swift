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
    /// Seconds; three decades stand for “never”.
    private static let longestInterval = 1e9

    private let configuration: PodConfiguration
    private let books: EventBooks
    private let rebalances: PodRebalances
    private var consumer: Consumer
    private let commitInterval: UInt64
    private var nextCommit: UInt64

    init(_ configuration: PodConfiguration, books: EventBooks) throws {
        self.configuration = configuration
        self.books = books
        rebalances = PodRebalances(topic: configuration.topic, ledger: books.ledger)
        var properties = ClientProperties()
        for property in configuration.properties { properties[property.label] = property.value }
        consumer = try Consumer(properties, rebalances: rebalances) {
            ProcessLog.write("librdkafka: \($0.text)")
        }
        commitInterval = UInt64(min(max(configuration.commitInterval, 0), Self.longestInterval) * 1e9)
        nextCommit = MonotonicClock.nanoseconds + commitInterval
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

    /// Takes what has been fetched, waiting a little if there is nothing.
    /// - Returns: partitions that are no longer this pod's.
    mutating func poll(into batch: inout MessageBatch) throws -> [Int32] {
        try consumer.poll(into: &batch, timeout: Self.pollTimeout)
        var gone: [Int32] = []
        for event in consumer.drainEvents() { try take(event, &gone) }
        return gone
    }

    private func take(_ event: ConsumerEvent, _ gone: inout [Int32]) throws {
        switch event {
        case .assigned(let partitions):
            books.metrics.ready.store(1)
            books.metrics.rebalances.add()
            ProcessLog.write("assigned: \(partitions.map { String($0.partition) }.joined(separator: " "))")
        case .revoked(let partitions), .lost(let partitions):
            gone += partitions.map(\.partition)
            ProcessLog.write("revoked: \(partitions.map { String($0.partition) }.joined(separator: " "))")
        case .committed(let offsets):
            for offset in offsets { books.ledger?.setCommitted(offset.partition.partition, offset.offset) }
        case .commitFailed(let error):
            ProcessLog.write("commit: \(error)")
        case .error(let error) where error.code == .offsetReset:
            // The broker has dropped events that were never read: the run's end tells how many.
            throw error
        case .error(let error):
            ProcessLog.write("consumer: \(error)")
        case .endOfPartition:
            break
        }
    }

    var isCommitDue: Bool { MonotonicClock.nanoseconds >= nextCommit }

    mutating func commit(_ offsets: [CommittableOffset]) throws {
        nextCommit = MonotonicClock.nanoseconds + commitInterval
        guard !offsets.isEmpty else { return }
        switch configuration.assignment {
        case .fixed:
            for offset in offsets { books.ledger?.setCommitted(offset.partition, offset.next) }
        case .group:
            try consumer.commit(offsets.map { $0.position(in: configuration.topic) })
        }
    }

    /// The last commit, waited for.
    mutating func commitFinally(_ offsets: [CommittableOffset]) throws {
        guard case .group = configuration.assignment else { return try commit(offsets) }
        guard !offsets.isEmpty else { return }
        try consumer.commit(offsets.map { $0.position(in: configuration.topic) }, waiting: .seconds(5))
        for offset in offsets { books.ledger?.setCommitted(offset.partition, offset.next) }
    }

    /// Leaves, and takes in what became of the commits that were still on their way.
    mutating func close() throws {
        try consumer.close()
        var gone: [Int32] = []
        for event in consumer.drainEvents() { try take(event, &gone) }
    }
}

extension CommittableOffset {
    func position(in topic: String) -> PartitionOffset {
        PartitionOffset(topic: topic, partition: partition, offset: next)
    }
}
