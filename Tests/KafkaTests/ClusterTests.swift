import Kafka
import Testing

@Suite("Admin client and mock cluster", .timeLimit(.minutes(1)))
struct ClusterTests {
    @Test("metadata lists brokers and topics with their partitions")
    func metadata() throws {
        let lab = try TestCluster(partitions: 24, brokers: 3)
        let admin = try AdminClient(lab.producerProperties)
        let metadata = try admin.metadata(timeout: .seconds(10))
        #expect(metadata.brokers.map(\.id).sorted() == [1, 2, 3])
        #expect(metadata.brokers.allSatisfy { $0.host == "127.0.0.1" && $0.port > 0 })
        let topic = try #require(metadata.topic(named: lab.topic))
        #expect(topic.partitionCount == 24 && topic.error == nil && topic.faultyPartitions.isEmpty)
        #expect(metadata.topic(named: "absent") == nil)
        #expect(try admin.metadata(of: lab.topic, timeout: .seconds(10)).topics == [topic])
    }

    @Test("watermarks of several partitions come in one call")
    func watermarks() throws {
        let lab = try TestCluster(partitions: 2)
        try lab.write(["a", "b"], to: 1)
        let admin = try AdminClient(lab.producerProperties)
        let watermarks = try admin.watermarks(
            of: [lab.partition(0), lab.partition(1)],
            timeout: .seconds(10)
        )
        #expect(
            watermarks == [
                lab.partition(0): Watermarks(low: 0, high: 0), lab.partition(1): Watermarks(low: 0, high: 2),
            ]
        )
        let error = #expect(throws: KafkaError.self) {
            _ = try admin.watermarks(of: [lab.partition(9)], timeout: .seconds(1))
        }
        #expect(error?.partition == lab.partition(9))
    }

    @Test("bounds of a partition whose leader answers too late are an error in time, and not waited for")
    func lateWatermarks() throws {
        let lab = try TestCluster()
        let admin = try AdminClient(lab.producerProperties)
        _ = try admin.watermarks(of: [lab.partition(0)], timeout: .seconds(10))
        try lab.cluster.setRoundTripTime(.seconds(8))
        let start = ContinuousClock.now
        let error = #expect(throws: KafkaError.self) {
            _ = try admin.watermarks(of: [lab.partition(0)], timeout: .milliseconds(500))
        }
        #expect(error?.isUnreachable == true)
        #expect(ContinuousClock.now - start < .seconds(6))
        try lab.cluster.setRoundTripTime(.zero)
    }

    @Test(
        "a broker that cannot be reached is one clear error within its time",
        arguments: ["127.0.0.1:1", "no-such-host.invalid:9092"]
    )
    func unreachable(server: String) throws {
        let admin = try AdminClient(ClientProperties(bootstrapServers: server))
        let clock = ContinuousClock()
        let start = clock.now
        let error = #expect(throws: KafkaError.self) { _ = try admin.metadata(timeout: .seconds(1)) }
        #expect(start.duration(to: clock.now) < .seconds(10))
        #expect(error?.operation == .connect)
        #expect(error?.isUnreachable == true)
        #expect(error?.detail.contains(server) == true)
    }

    @Test("requests that the broker does not know are an error within their time")
    func unsupportedRequests() throws {
        let lab = try TestCluster()
        let admin = try AdminClient(lab.producerProperties)
        for operation in [KafkaError.Operation.createTopic, .deleteTopic] {
            let error = #expect(throws: KafkaError.self) {
                if operation == .createTopic {
                    try admin.createTopic(named: "new", partitions: 1, timeout: .milliseconds(500))
                } else {
                    try admin.deleteTopic(named: lab.topic, timeout: .milliseconds(500))
                }
            }
            #expect(error?.operation == operation)
            #expect(error?.detail.contains("controller") == true)
        }
    }

    @Test("topics with impossible numbers are refused", arguments: [-5, 0])
    func impossibleTopics(partitions: Int) throws {
        let admin = try AdminClient(ClientProperties(bootstrapServers: "127.0.0.1:1"))
        #expect(throws: KafkaError.self) {
            try admin.createTopic(named: "new", partitions: partitions, timeout: .milliseconds(100))
        }
    }

    @Test("a topic cannot be created twice in a mock cluster, nor a broker be controlled that is not there")
    func mockErrors() throws {
        let lab = try TestCluster()
        let again = #expect(throws: KafkaError.self) {
            try lab.cluster.createTopic(named: lab.topic, partitions: 1)
        }
        #expect(again?.code == .topicAlreadyExists)
        #expect(throws: KafkaError.self) { try lab.cluster.takeDown(9) }
        #expect(throws: KafkaError.self) { _ = try MockCluster(brokers: 0) }
    }

    @Test("errors that were pushed reach the next requests of their kind, until they are cleared")
    func pushedErrors() throws {
        let lab = try TestCluster()
        let admin = try AdminClient(lab.producerProperties)
        _ = try admin.metadata(timeout: .seconds(10))
        lab.cluster.pushErrors([.leaderNotAvailable], for: .listOffsets)
        lab.cluster.clearErrors(for: .listOffsets)
        #expect(try admin.watermarks(of: [lab.partition(0)], timeout: .seconds(10)).count == 1)
        try lab.cluster.setRoundTripTime(.milliseconds(300))
        let clock = ContinuousClock()
        let start = clock.now
        _ = try admin.metadata(timeout: .seconds(10))
        #expect(start.duration(to: clock.now) >= .milliseconds(300))
    }
}
