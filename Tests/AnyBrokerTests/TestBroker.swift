import Foundation
import Kafka
import LabCore
import Synchronization
import Testing

@testable import LabEngine

/// The broker that the tests of this module are held against: what `LEAKLAB_TEST_BROKER` names, else an embedded one
/// whose front takes its time with topics as a cluster does.
struct TestBroker: Sendable {
    let servers: String
    /// For every client, over the test's own.
    let properties: [LabelledValue]
    /// `nil` for somebody else's.
    let embedded: FrontedCluster?

    /// The address in the environment.
    static let named = variable("LEAKLAB_TEST_BROKER")
    static var isEmbedded: Bool { named == nil }
    /// A file of properties that clients of the named broker need.
    private static let propertiesFile = variable("LEAKLAB_TEST_PROPERTIES")

    /// - Parameters:
    ///   - brokers: how many, where it is embedded.
    ///   - settling: how long topics take there.
    /// - Throws: ``LabError`` if an embedded one cannot be had, or the file of properties not be read.
    init(brokers: Int = 1, settling: [Duration] = [.milliseconds(200)]) throws {
        if let named = Self.named {
            servers = named
            properties = try Self.propertiesFile.map { try PropertiesFile.read($0) } ?? []
            embedded = nil
        } else {
            let cluster = try FrontedCluster(brokers: brokers, topics: [], settling: settling)
            (servers, properties, embedded) = (cluster.addresses.front, [], cluster)
        }
    }

    /// Refuses brokers that are not on this machine, as the program does.
    var topics: ExternalTopics { ExternalTopics(servers: servers, properties: properties) }

    /// The name of a topic that is nobody else's.
    static func name(_ purpose: String) -> String {
        "leaklab-test-\(purpose)-\(UUID().uuidString.prefix(8).lowercased())"
    }

    /// Whether clients of the named broker say who they are.
    static var hasPassword: Bool {
        guard !isEmbedded, let file = propertiesFile, let properties = try? PropertiesFile.read(file) else {
            return false
        }
        return properties.contains { $0.label == "sasl.password" }
    }

    func property(_ name: String) -> String? { properties.last { $0.label == name }?.value }

    /// Properties of a client, those of the broker last.
    func client(_ own: [LabelledValue]) -> ClientProperties {
        var merged = ClientProperties(bootstrapServers: servers)
        for property in own + properties { merged[property.label] = property.value }
        return merged
    }

    /// The same, as options of the program.
    var options: [String] {
        ["--bootstrap-servers", servers]
            + (Self.propertiesFile.map { ["--kafka-properties", $0] } ?? [])
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

// MARK: - Events

extension TestBroker {
    /// Writes so many events to each of the first partitions of a topic, and waits until all are confirmed.
    /// - Returns: what became of them.
    func write(
        _ count: Int,
        toEachOf partitions: Int,
        of topic: String,
        _ own: [LabelledValue] = [],
        within limit: Duration = .seconds(10)
    ) throws -> Deliveries {
        let deliveries = Deliveries()
        let profile = ClientProfile.producer(bootstrapServers: servers, overrides: own)
        var producer = try Producer(client(profile), deliveries: deliveries)
        let handle = try producer.topic(named: topic)
        var run = RecordRun(capacity: count)
        for number in 0..<count {
            run.append(valueCapacity: 1) { buffer in
                buffer[0] = UInt8(truncatingIfNeeded: number)
                return 1
            }
        }
        for partition in 0..<partitions {
            _ = try producer.enqueue(run, from: 0, to: handle, partition: Int32(partition))
        }
        producer.flush(timeout: limit)
        return deliveries
    }

    /// Reads a topic's partitions from the given offsets until so many events have come, or the time is over.
    /// - Returns: the offsets that came, of each partition.
    func read(
        _ count: Int,
        of topic: String,
        from starts: [Int64],
        within limit: Duration = .seconds(10)
    ) throws -> [[Int64]] {
        let profile = ClientProfile.consumer(
            bootstrapServers: servers,
            group: Self.name("readers"),
            prefetch: .productionDefaults,
            offsetReset: "error",
            overrides: []
        )
        var consumer = try Consumer(client(profile))
        try consumer.assign(
            starts.enumerated().map {
                PartitionOffset(topic: topic, partition: Int32($0.offset), offset: $0.element)
            }
        )
        var offsets = [[Int64]](repeating: [], count: starts.count)
        var batch = MessageBatch(capacity: 1_000)
        let deadline = ContinuousClock.now + limit
        while offsets.reduce(0, { $0 + $1.count }) < count, ContinuousClock.now < deadline {
            try consumer.poll(into: &batch, timeout: .milliseconds(100))
            batch.withEachMessage { offsets[Int($0.partition)].append($0.offset) }
        }
        return offsets
    }
}

/// What became of the events of one producer.
final class Deliveries: DeliveryObserver {
    private struct State {
        var confirmed = 0
        var errors: [KafkaErrorCode] = []
        var clientErrors: [KafkaErrorCode] = []
    }

    private let state = Mutex(State())

    var confirmed: Int { state.withLock { $0.confirmed } }
    /// Of events that were not written.
    var errors: [KafkaErrorCode] { state.withLock { $0.errors } }
    /// Of the client itself.
    var clientErrors: [KafkaErrorCode] { state.withLock { $0.clientErrors } }

    func delivered(topic: Int, partition: Int32, offset: Int64) { state.withLock { $0.confirmed += 1 } }
    func undelivered(topic: Int, partition: Int32, error: KafkaErrorCode) {
        state.withLock { $0.errors.append(error) }
    }
    func clientError(_ error: KafkaError) { state.withLock { $0.clientErrors.append(error.code) } }
}
