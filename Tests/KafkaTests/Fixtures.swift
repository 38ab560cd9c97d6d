import Foundation
import Kafka
import Synchronization

/// A mock cluster with one topic, and properties for clients that shall not be slow in tests.
struct TestCluster: ~Copyable {
    let cluster: MockCluster
    let topic: String

    init(partitions: Int = 1, brokers: Int = 1) throws {
        let cluster = try MockCluster(brokers: brokers)
        try cluster.createTopic(named: "orders", partitions: partitions)
        self.cluster = cluster
        topic = "orders"
    }

    var producerProperties: ClientProperties {
        ClientProperties(bootstrapServers: cluster.bootstrapServers).merging([
            "acks": "all", "linger.ms": "0",
        ])
    }

    /// No group coordinator is asked as long as nobody subscribes or commits.
    func consumerProperties(group: String = "readers") -> ClientProperties {
        ClientProperties(bootstrapServers: cluster.bootstrapServers).merging([
            "group.id": group, "fetch.wait.max.ms": "10", "auto.offset.reset": "error",
            "session.timeout.ms": "6000", "heartbeat.interval.ms": "500", "reconnect.backoff.max.ms": "200",
        ])
    }

    func partition(_ number: Int32) -> TopicPartition { TopicPartition(topic: topic, partition: number) }

    /// Writes texts to one partition and waits for their delivery.
    func write(_ values: [String], to partition: Int32 = 0) throws {
        let deliveries = Deliveries()
        var producer = try Producer(producerProperties, deliveries: deliveries)
        let topic = try producer.topic(named: topic)
        let run = RecordRun(texts: values)
        var taken = 0
        while taken < run.count {
            taken += try producer.enqueue(run, from: taken, to: topic, partition: partition)
            producer.poll(timeout: .milliseconds(10))
        }
        producer.flush(timeout: .seconds(10))
        guard deliveries.offsets.count == values.count else { throw Undelivered(errors: deliveries.errors) }
    }

    struct Undelivered: Error {
        let errors: [KafkaErrorCode]
    }
}

/// Keeps every delivery report.
final class Deliveries: DeliveryObserver {
    struct Report: Hashable {
        let topic: Int
        let partition: Int32
        let offset: Int64
    }

    private struct State {
        var reports: [Report] = []
        var errors: [KafkaErrorCode] = []
        var clientErrors: [KafkaError] = []
    }

    private let state = Mutex(State())

    var reports: [Report] { state.withLock { $0.reports } }
    var offsets: [Int64] { reports.map(\.offset) }
    var errors: [KafkaErrorCode] { state.withLock { $0.errors } }
    var clientErrors: [KafkaError] { state.withLock { $0.clientErrors } }

    func delivered(topic: Int, partition: Int32, offset: Int64) {
        state.withLock { $0.reports.append(Report(topic: topic, partition: partition, offset: offset)) }
    }

    func undelivered(topic: Int, partition: Int32, error: KafkaErrorCode) {
        state.withLock { $0.errors.append(error) }
    }

    func clientError(_ error: KafkaError) {
        state.withLock { $0.clientErrors.append(error) }
    }
}

/// Plays the pod's part in rebalances: remembers the calls and answers with what it was given.
final class Delegate: RebalanceDelegate {
    private struct State {
        var toCommit: [PartitionOffset] = []
        var starts: [PartitionOffset]?
        var revoked: [[TopicPartition]] = []
        var assigned: [[TopicPartition]] = []
    }

    private let state = Mutex(State())

    init(starts: [PartitionOffset]? = nil) {
        state.withLock { $0.starts = starts }
    }

    var revoked: [[TopicPartition]] { state.withLock { $0.revoked } }
    var assigned: [[TopicPartition]] { state.withLock { $0.assigned } }

    func commitOnRevoke(_ offsets: [PartitionOffset]) {
        state.withLock { $0.toCommit = offsets }
    }

    func willRevoke(_ partitions: [TopicPartition]) -> [PartitionOffset] {
        state.withLock { state in
            state.revoked.append(partitions)
            return state.toCommit
        }
    }

    func assigned(_ partitions: [TopicPartition]) -> [PartitionOffset]? {
        state.withLock { state in
            state.assigned.append(partitions)
            return state.starts
        }
    }
}

extension RecordRun {
    init(texts: [String]) {
        self.init(capacity: max(1, texts.count), bytesPerRecord: 16)
        for text in texts { append(text) }
    }

    mutating func append(_ text: String, key: String? = nil) {
        let bytes = Array(text.utf8)
        let write = { (target: UnsafeMutableRawBufferPointer) in
            target.copyBytes(from: bytes)
            return bytes.count
        }
        guard let key else {
            append(valueCapacity: bytes.count, write: write)
            return
        }
        Array(key.utf8).withUnsafeBytes { append(key: $0, valueCapacity: bytes.count, write: write) }
    }
}

/// A message as a value that can be kept and compared.
struct Record: Hashable, CustomStringConvertible {
    let partition: Int32
    let offset: Int64
    let key: String?
    let value: String?

    init(partition: Int32 = 0, offset: Int64, key: String? = nil, value: String?) {
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
    }

    init(_ message: borrowing Message) {
        partition = message.partition
        offset = message.offset
        key = message.hasKey ? String(decoding: message.rawKey, as: UTF8.self) : nil
        value = message.isTombstone ? nil : String(decoding: message.rawValue, as: UTF8.self)
    }

    var description: String { "\(partition)@\(offset) \(key ?? "nil")=\(value ?? "nil")" }
}

/// What a consumer brought along, until it was enough.
struct Harvest {
    var records: [Record] = []
    var events: [ConsumerEvent] = []

    var values: [String?] { records.map(\.value) }
    var errors: [KafkaError] {
        events.compactMap { event in
            if case .error(let error) = event { error } else { nil }
        }
    }
    var isAssigned: Bool {
        events.contains { event in
            if case .assigned(let partitions) = event { !partitions.isEmpty } else { false }
        }
    }
}

struct NotEnough: Error {
    let harvest: Harvest
}

extension Consumer {
    /// Polls until there is enough.
    /// - Throws: ``NotEnough`` with what there was after half a minute.
    mutating func poll(capacity: Int = 100, until isEnough: (Harvest) -> Bool) throws -> Harvest {
        var batch = MessageBatch(capacity: capacity)
        var harvest = Harvest()
        let deadline = ContinuousClock.now + .seconds(30)
        while !isEnough(harvest) {
            guard ContinuousClock.now < deadline else { throw NotEnough(harvest: harvest) }
            try poll(into: &batch, timeout: .milliseconds(50))
            batch.withEachMessage { harvest.records.append(Record($0)) }
            harvest.events += drainEvents()
        }
        return harvest
    }
}

extension Consumer {
    /// Polls until one batch holds `count` messages, reading anew from `start` whenever they came in several.
    /// - Throws: ``NotEnough`` after half a minute.
    mutating func poll(into batch: inout MessageBatch, until count: Int, from start: PartitionOffset) throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while batch.count < count {
            guard ContinuousClock.now < deadline else { throw NotEnough(harvest: Harvest()) }
            if batch.count > 0 {
                try assign([start])
                // The batches that came one by one are fetched again meanwhile, and then found together.
                Thread.sleep(forTimeInterval: 0.1)
            }
            try poll(into: &batch, timeout: .milliseconds(100))
        }
    }
}

/// Counts log lines.
final class Lines: Sendable {
    private let lines = Mutex<[ClientLogLine]>([])

    var count: Int { lines.withLock { $0.count } }

    func note(_ line: ClientLogLine) { lines.withLock { $0.append(line) } }
}
