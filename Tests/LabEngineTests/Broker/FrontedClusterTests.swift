import Kafka
import LabBroker
import LabCore
import LabTesting
import Synchronization
import Testing

@testable import LabEngine

@Suite("The embedded broker behind its front", .timeLimit(.minutes(1)))
struct FrontedClusterTests {
    private static let patience = Duration.seconds(10)

    private func admin(_ cluster: FrontedCluster) throws -> AdminClient {
        try AdminClient(ClientProperties(bootstrapServers: cluster.addresses.front))
    }

    /// Writes events to partition 0 of a topic.
    /// - Returns: how many were not confirmed within `patience`.
    private func write(
        _ count: Int,
        to topic: String,
        through servers: String,
        _ properties: [(String, String)] = [],
        patience: Duration = FrontedClusterTests.patience
    ) throws -> Int {
        var configuration: ClientProperties = ["bootstrap.servers": servers, "linger.ms": "0"]
        for (key, value) in properties { configuration[key] = value }
        var producer = try Producer(configuration, deliveries: Unheard())
        let handle = try producer.topic(named: topic)
        var run = RecordRun(capacity: count)
        for _ in 0..<count { run.append(valueCapacity: 100) { _ in 100 } }
        _ = try producer.enqueue(run, from: 0, to: handle, partition: 0)
        return producer.flush(timeout: patience)
    }

    @Test("topics are created and deleted through it, and it is the only address that clients see")
    func topics() async throws {
        try await onThread {
            let cluster = try FrontedCluster(brokers: 3, topics: [("events", 2)])
            let admin = try admin(cluster)
            try admin.createTopic(named: "more", partitions: 5, timeout: Self.patience)
            let metadata = try admin.metadata(timeout: Self.patience)
            #expect(metadata.topics.map(\.name).sorted() == ["events", "more"])
            #expect(metadata.topic(named: "more")?.partitionCount == 5)
            let ports = Set(metadata.brokers.map { "127.0.0.1:\($0.port)" })
            #expect(ports == Set(cluster.addresses.front.split(separator: ",").map(String.init)))
            #expect(ports.isDisjoint(with: cluster.addresses.direct.split(separator: ",").map(String.init)))

            let again = #expect(throws: KafkaError.self) {
                try admin.createTopic(named: "more", partitions: 5, timeout: Self.patience)
            }
            #expect(again?.code == .topicAlreadyExists)
            try admin.deleteTopic(named: "more", timeout: Self.patience)
            #expect(try admin.metadata(timeout: Self.patience).topics.map(\.name) == ["events"])
            let gone = #expect(throws: KafkaError.self) {
                try admin.deleteTopic(named: "more", timeout: Self.patience)
            }
            #expect(gone?.code == .unknownTopicOrPartition)
        }
    }

    @Test("a topic that is deleted and made again is empty, and takes events")
    func madeAgain() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 2)])
            let admin = try admin(cluster)
            let place = TopicPartition(topic: "events", partition: 0)
            #expect(try write(30, to: "events", through: cluster.addresses.front) == 0)
            try admin.deleteTopic(named: "events", timeout: Self.patience)
            try admin.createTopic(named: "events", partitions: 2, timeout: Self.patience)
            #expect(
                try admin.watermarks(of: [place], timeout: Self.patience)[place]
                    == Watermarks(low: 30, high: 30)
            )
            #expect(try write(10, to: "events", through: cluster.addresses.front) == 0)
            #expect(
                try admin.watermarks(of: [place], timeout: Self.patience)[place]
                    == Watermarks(low: 30, high: 40)
            )
        }
    }

    @Test("events go through it to whichever broker leads")
    func events() async throws {
        try await onThread {
            let cluster = try FrontedCluster(brokers: 3, topics: [("events", 3)])
            #expect(try write(1_000, to: "events", through: cluster.addresses.front) == 0)
            let marks = try AdminClient(ClientProperties(bootstrapServers: cluster.addresses.direct))
                .watermarks(of: [TopicPartition(topic: "events", partition: 0)], timeout: Self.patience)
            #expect(marks.values.map(\.high) == [1_000])
        }
    }

    @Test("who wants no confirmation gets none, and its next answers are its own")
    func withoutConfirmation() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)])
            #expect(try write(500, to: "events", through: cluster.addresses.front, [("acks", "0")]) == 0)
            #expect(try write(500, to: "events", through: cluster.addresses.front) == 0)
        }
    }

    // MARK: - Faults

    @Test("an error hits the first requests for a partition, and the client gets over it")
    func errors() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 2)])
            let notLeader = BrokerFault(
                .error(6),
                requests: [.produce],
                topic: "events",
                partitions: [0],
                occurrence: .first(3)
            )
            cluster.front.apply([notLeader])
            #expect(try write(100, to: "events", through: cluster.addresses.front) == 0)
            let marks = try admin(cluster).watermarks(
                of: [TopicPartition(topic: "events", partition: 0)],
                timeout: Self.patience
            )
            #expect(marks.values.map(\.high) == [100], "what was refused was not written as well")
        }
    }

    @Test("a lost answer makes the client send again, so that events are there twice")
    func lostAnswers() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)])
            cluster.front.apply([BrokerFault(.dropAnswer, requests: [.produce], occurrence: .first(1))])
            let impatient = [("request.timeout.ms", "500"), ("socket.timeout.ms", "500")]
            #expect(try write(10, to: "events", through: cluster.addresses.front, impatient) == 0)
            cluster.front.apply([])
            let marks = try admin(cluster).watermarks(
                of: [TopicPartition(topic: "events", partition: 0)],
                timeout: Self.patience
            )
            #expect(marks.values.map(\.high) == [20])
        }
    }

    @Test("a request that the front answers itself is done as well when its answer is lost")
    func lostCreation() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [])
            let admin = try admin(cluster)
            _ = try admin.metadata(timeout: Self.patience)
            cluster.front.apply([BrokerFault(.dropAnswer, requests: [.createTopics])])
            #expect(throws: KafkaError.self) {
                try admin.createTopic(named: "new", partitions: 2, timeout: .milliseconds(700))
            }
            #expect(try admin.metadata(timeout: Self.patience).topics.map(\.name) == ["new"])
        }
    }

    @Test("a truncated answer ends its connection, and the client sends again")
    func truncation() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)])
            cluster.front.apply([BrokerFault(.truncate, requests: [.produce], occurrence: .first(1))])
            #expect(try write(10, to: "events", through: cluster.addresses.front) == 0)
            #expect(cluster.front.counts.struck == 1 && (cluster.front.counts.requests[.produce] ?? 0) >= 2)
        }
    }

    @Test("a cut connection is made anew")
    func cuts() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)])
            cluster.front.apply([BrokerFault(.cut, requests: [.produce], occurrence: .first(2))])
            #expect(try write(10, to: "events", through: cluster.addresses.front) == 0)
        }
    }

    @Test("while it is down nobody is let in, and afterwards it is at the same port")
    func down() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)])
            cluster.front.apply([BrokerFault(.down)])
            let refused = #expect(throws: KafkaError.self) {
                try admin(cluster).metadata(timeout: .milliseconds(700))
            }
            #expect(refused?.isUnreachable == true)
            cluster.front.apply([])
            #expect(try admin(cluster).metadata(timeout: Self.patience).topics.map(\.name) == ["events"])
        }
    }

    @Test("a delay comes on top of every answer that it means")
    func delay() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)])
            let admin = try admin(cluster)
            _ = try admin.metadata(timeout: Self.patience)
            cluster.front.apply([BrokerFault(.delay(.milliseconds(400)), requests: [.metadata])])
            let start = ContinuousClock.now
            _ = try admin.metadata(timeout: Self.patience)
            #expect(ContinuousClock.now - start >= .milliseconds(400))
        }
    }

    @Test("a throttle holds answers to its rate")
    func throttle() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)] + (0..<100).map { ("topic-\($0)", 1) })
            let admin = try admin(cluster)
            _ = try admin.metadata(timeout: Self.patience)
            // The answer has some four kilobytes.
            cluster.front.apply([BrokerFault(.throttle(bytesPerSecond: 8_000))])
            let start = ContinuousClock.now
            #expect(try admin.metadata(timeout: Self.patience).topics.count == 101)
            #expect(ContinuousClock.now - start >= .milliseconds(250))
            // The client asks for all topics once more while it ends.
            cluster.front.apply([])
        }
    }

    @Test("a half-open connection says nothing until the fault is over, then it breaks")
    func halfOpen() async throws {
        try await onThread {
            let cluster = try FrontedCluster(topics: [("events", 1)])
            let admin = try admin(cluster)
            _ = try admin.metadata(timeout: Self.patience)
            cluster.front.apply([BrokerFault(.halfOpen, requests: [.metadata])])
            #expect(throws: KafkaError.self) { try admin.metadata(timeout: .milliseconds(700)) }
            cluster.front.apply([])
            #expect(try admin.metadata(timeout: Self.patience).topics.map(\.name) == ["events"])
        }
    }
}

private final class Unheard: DeliveryObserver {
    func delivered(topic: Int, partition: Int32, offset: Int64) {}
    func undelivered(topic: Int, partition: Int32, error: KafkaErrorCode) {}
    func clientError(_ error: KafkaError) {}
}
