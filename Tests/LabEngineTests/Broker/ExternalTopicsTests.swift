import Kafka
import LabCore
import LabLoad
import Testing

@testable import LabEngine

@Suite("Topics on an external broker", .timeLimit(.minutes(1)))
struct ExternalTopicsTests {
    private static func cluster() throws -> MockCluster {
        let cluster = try MockCluster()
        try cluster.createTopic(named: "orders", partitions: 3)
        return cluster
    }

    private static func topics(on cluster: borrowing MockCluster) -> ExternalTopics {
        ExternalTopics(servers: cluster.bootstrapServers, properties: [LabelledValue("client.id", "test")])
    }

    @Test("a topic that is there keeps its partitions")
    func existing() throws {
        let cluster = try Self.cluster()
        let topics = Self.topics(on: cluster)
        try topics.require("orders")
        #expect(try topics.ensure("orders", partitions: 8) == 3)
        #expect(try topics.create(["orders"], partitions: 3, reusing: true).isEmpty)
    }

    @Test("a topic that is there is used only if that is wanted, and has the scenario's partitions")
    func refused() throws {
        let cluster = try Self.cluster()
        let topics = Self.topics(on: cluster)
        let unasked = #expect(throws: LabError.self) {
            try topics.create(["orders"], partitions: 3, reusing: false)
        }
        #expect(unasked?.description == "topic “orders” exists already")
        #expect(unasked?.exitStatus == .usage && unasked?.hint?.contains("--reuse-topics") == true)
        let unfit = #expect(throws: LabError.self) {
            try topics.create(["orders"], partitions: 4, reusing: true)
        }
        #expect(unfit?.description == "topic “orders” has 3 partitions, the scenario wants 4")
        #expect(unfit?.exitStatus == .usage)
    }

    @Test("where each partition begins and ends is asked of the broker")
    func offsets() throws {
        let cluster = try Self.cluster()
        var producer = try Producer(
            ["bootstrap.servers": cluster.bootstrapServers, "linger.ms": "0"],
            deliveries: NobodyListens()
        )
        let topic = try producer.topic(named: "orders")
        var run = RecordRun(capacity: 5)
        for _ in 0..<5 { run.append(valueCapacity: 0) { _ in 0 } }
        _ = try producer.enqueue(run, from: 0, to: topic, partition: 1)
        #expect(producer.flush(timeout: .seconds(10)) == 0)
        let topics = Self.topics(on: cluster)
        #expect(try topics.endOffsets(of: "orders", partitions: 3) == [0, 5, 0])
        #expect(topics.startOffsets(of: "orders", partitions: 3) == [0, 0, 0])
    }

    @Test(
        "an error has the exit status of who can mend it",
        arguments: [
            (.connect, .transport, .brokerUnavailable), (.connect, .timedOut, .brokerUnavailable),
            (.readOffsets, .notLeaderForPartition, .brokerUnavailable),
            (.connect, .authentication, .brokerUnavailable), (.connect, .ssl, .brokerUnavailable),
            (.connect, .saslAuthenticationFailed, .brokerUnavailable),
            (.createTopic, .topicAuthorizationFailed, .brokerUnavailable),
            (.createTopic, .clusterAuthorizationFailed, .brokerUnavailable),
            (.readMetadata, .unsupportedFeature, .brokerUnavailable),
            (.readMetadata, .damagedBatch, .brokerUnavailable),
            (.createTopic, .invalidConfig, .invalidScenario),
            (.createTopic, .policyViolation, .invalidScenario),
            (.configure, .invalidArgument, .usage),
        ] as [(KafkaError.Operation, KafkaErrorCode, LabCore.ExitStatus)]
    )
    func translation(operation: KafkaError.Operation, code: KafkaErrorCode, status: LabCore.ExitStatus) {
        let error = LabError(KafkaError(operation, code: code, detail: "detail"))
        #expect(error.exitStatus == status && error.hint != nil)
        #expect(error.description.contains("detail"))
    }

    @Test("what is nobody's mistake is the lab's, and a clear refusal is not blamed on the library")
    func hints() {
        let unknown = LabError(KafkaError(.poll, code: .failed))
        #expect(unknown.exitStatus == .labFailed && unknown.hint == nil)
        let refused = LabError(KafkaError(.connect, code: .transport, detail: "Connection refused"))
        #expect(refused.hint == "Is the broker up, and reachable at that address?")
        let broken = LabError(KafkaError(.connect, code: .transport, detail: "Disconnected"))
        #expect((broken.hint == refused.hint) == (KafkaLibrary.knownLimitation == nil))
    }
}

@Suite("A cluster that says where its brokers are")
struct AdvertisedBrokersTests {
    private static func cluster(_ hosts: String...) -> ScriptedCluster {
        ScriptedCluster { $0.brokers = hosts.map { .init(id: 1, host: $0, port: 9_092) } }
    }

    @Test(
        "one that sends its clients to another machine is refused",
        arguments: ["kafka.example.com", "10.0.0.7"]
    )
    func elsewhere(host: String) {
        let topics = Self.cluster("127.0.0.1", host).topics
        let error = #expect(throws: LabError.self) {
            try topics.create(["orders"], partitions: 1, reusing: false)
        }
        #expect(error?.description.contains("“\(host):9092”, which is not a loopback address") == true)
        #expect(error?.hint?.contains("--allow-remote") == true && error?.exitStatus == .usage)
        #expect(throws: LabError.self) { try topics.require("orders") }
        #expect(throws: LabError.self) { try topics.ensure("orders", partitions: 1) }
    }

    @Test("one on this machine is taken, and any other where that is allowed")
    func allowed() throws {
        let here = Self.cluster("localhost", "::1", "127.0.0.1")
        #expect(try here.topics.create(["orders"], partitions: 1, reusing: false) == ["orders"])
        let elsewhere = Self.cluster("kafka.example.com")
        let topics = ExternalTopics(on: elsewhere.time, allowsRemote: true) { elsewhere }
        #expect(try topics.create(["orders"], partitions: 1, reusing: false) == ["orders"])
    }

    @Test("a topic that comes late is waited for, one that does not come is an error after half a minute")
    func requirement() throws {
        let early = ScriptedCluster { $0.topics["orders"] = 1 }
        try early.topics.require("orders")
        #expect(early.now == .zero)
        let never = ScriptedCluster()
        let error = #expect(throws: LabError.self) { try never.topics.require("orders") }
        #expect(error?.exitStatus == .brokerUnavailable)
        #expect(error?.description.hasPrefix("topic “orders”: not there after 30 s") == true)
        #expect(never.now > .seconds(29) && never.now < .seconds(30))
    }
}

private final class NobodyListens: DeliveryObserver {
    func delivered(topic: Int, partition: Int32, offset: Int64) {}
    func undelivered(topic: Int, partition: Int32, error: KafkaErrorCode) {}
    func clientError(_ error: KafkaError) {}
}

@Suite("Production by itself")
struct StandaloneProductionTests {
    @Test(
        "the summary says how many, how long and how fast",
        arguments: [
            (1_000_000, 0.8, "sent 1,000,000 events in 0.80 s, 1.25M/s (4.5G/h)"),
            (0, 0.0, "sent 0 events in 0.00 s, 0/s (0/h)"),
            (20_083, 10.0, "sent 20,083 events in 10.00 s, 2.01k/s (7.23M/h)"),
        ] as [(UInt64, Double, String)]
    )
    func summary(sent: UInt64, seconds: Double, text: String) {
        #expect(StandaloneProduction.Summary(sent: sent, undelivered: 0, seconds: seconds).text == text)
    }
}
