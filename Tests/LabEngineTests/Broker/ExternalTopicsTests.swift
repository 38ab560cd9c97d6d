import Kafka
import LabCore
import LabLoad
import Testing

@testable import LabEngine

@Suite("Topics on a external broker", .timeLimit(.minutes(1)))
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
        try topics.checkReachable()
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

    @Test("an error of the connection says that the broker is unavailable, another one that the lab failed")
    func translation() {
        let cases: [(KafkaErrorCode, LabCore.ExitStatus, Bool)] = [
            (.transport, .brokerUnavailable, true), (.timedOut, .brokerUnavailable, true),
            (.invalidArgument, .labFailed, false),
        ]
        for (code, status, hasHint) in cases {
            let error = ExternalTopics.translated(KafkaError(.connect, code: code, detail: "detail"))
            #expect(error.exitStatus == status && (error.hint != nil) == hasHint)
            #expect(error.description.contains("detail"))
        }
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
