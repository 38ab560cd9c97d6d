import Foundation
import Kafka
import LabCore
import LabLoad
import LabTelemetry

/// A mock cluster with topics of equal size, and a folder for the files of one production.
struct ProductionFixture: ~Copyable {
    static let partitions = 4

    let cluster: MockCluster
    let topics: [String]
    let folder: ScratchFolder

    init(topics: [String] = ["first", "second"]) throws {
        let cluster = try MockCluster()
        for topic in topics { try cluster.createTopic(named: topic, partitions: Self.partitions) }
        let folder = try ScratchFolder()
        _ = try TelemetryPage.create(at: folder.file("page"))
        self.cluster = cluster
        self.topics = topics
        self.folder = folder
    }

    /// Small batches that go at once, so that a test need not wait for a linger.
    func configuration(
        _ pace: ProducerConfiguration.Pace,
        zero: UInt64 = 0,
        ledgers: Bool = false,
        properties: [LabelledValue] = []
    ) -> ProducerConfiguration {
        ProducerConfiguration(
            targets: topics.map {
                ProducerConfiguration.Target(topic: $0, ledgerPath: ledgers ? folder.file($0) : nil)
            },
            workload: .forTests,
            pace: pace,
            seed: 7,
            properties: [
                LabelledValue("bootstrap.servers", cluster.bootstrapServers), LabelledValue("linger.ms", "1"),
            ] + properties,
            zero: Int64(clamping: zero),
            telemetryPath: folder.file("page")
        )
    }

    /// Every record that a topic holds, in the order of offsets within each partition.
    func records(of topic: String) throws -> [ProducedRecord] {
        var consumer = try Consumer([
            "bootstrap.servers": cluster.bootstrapServers, "group.id": "readers", "fetch.wait.max.ms": "10",
            "auto.offset.reset": "error",
        ])
        let partitions = (0..<Int32(Self.partitions)).map { TopicPartition(topic: topic, partition: $0) }
        var count = 0
        for partition in partitions {
            count += Int(try consumer.watermarks(of: partition, timeout: .seconds(10)).high)
        }
        try consumer.assign(partitions.map { PartitionOffset($0, offset: 0) })
        var batch = MessageBatch(capacity: 1_000)
        var records: [ProducedRecord] = []
        let deadline = ContinuousClock.now + .seconds(20)
        while records.count < count {
            guard ContinuousClock.now < deadline else {
                throw LabError("\(topic): \(records.count) records of \(count)")
            }
            try consumer.poll(into: &batch, timeout: .milliseconds(20))
            batch.withEachMessage { records.append(ProducedRecord($0)) }
        }
        return records
    }
}

struct ProducedRecord: Hashable {
    let partition: Int32
    let offset: Int64
    let key: String
    let value: String
    let envelope: EventEnvelope?
    private let headers: [String: String]

    init(_ message: borrowing Message) {
        partition = message.partition
        offset = message.offset
        key = String(decoding: message.rawKey, as: UTF8.self)
        value = String(decoding: message.rawValue, as: UTF8.self)
        envelope = message.withValue { EventEnvelope(readingFrom: $0) }
        var headers: [String: String] = [:]
        for name in ["trace", "other", EventContent.envelopeHeader] {
            headers[name] = message.withHeader(name) { span in
                span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            }
        }
        self.headers = headers
    }

    /// The text of one of the headers that these tests write.
    func header(_ name: String) -> String? { headers[name] }
}

extension Workload {
    /// Runs of 16 events over the fixture's partitions.
    static let forTests = Workload(
        topic: "events",
        partitions: ProductionFixture.partitions,
        payload: .fixed(ByteCount(200)),
        keys: .uniform(count: 1_000),
        runLength: 16,
        phases: []
    )
}

/// A folder for one test, gone when the test is.
final class ScratchFolder: Sendable {
    private let path: String

    init() throws {
        path = NSTemporaryDirectory() + "leaklab-load-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

extension StopFlag {
    static let never = StopFlag { false }
}

extension LoadGenerator {
    /// Lets an expression that only makes a generator have a value that can be copied.
    var isStarted: Bool { true }
}

extension ProducerConfiguration {
    func passedThroughJSON() throws -> ProducerConfiguration {
        try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(self))
    }
}
