import Kafka
import Testing

@Suite("Consumer", .timeLimit(.minutes(1)))
struct ConsumerTests {
    @Test("keys, tombstones and empty values make the round trip")
    func roundTrip() throws {
        let lab = try TestCluster()
        var run = RecordRun(capacity: 5, bytesPerRecord: 1)
        run.append("value", key: "key")
        run.append("no key")
        run.append("", key: "empty")
        Array("deleted".utf8).withUnsafeBytes { run.appendTombstone(key: $0) }
        run.append(String(repeating: "x", count: 10_000), key: "")
        var producer = try Producer(lab.producerProperties, deliveries: Deliveries())
        let topic = try producer.topic(named: lab.topic)
        #expect(try producer.enqueue(run, from: 0, to: topic, partition: 0) == 5)
        #expect(producer.flush(timeout: .seconds(10)) == 0)

        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        let harvest = try consumer.poll { $0.records.count >= 5 }
        #expect(
            harvest.records == [
                Record(offset: 0, key: "key", value: "value"), Record(offset: 1, value: "no key"),
                Record(offset: 2, key: "empty", value: ""), Record(offset: 3, key: "deleted", value: nil),
                Record(offset: 4, key: "", value: String(repeating: "x", count: 10_000)),
            ]
        )
        #expect(harvest.events.isEmpty)
    }

    @Test("messages know their topic and the time they were written")
    func topicAndTime() throws {
        let lab = try TestCluster()
        try lab.write(["a", "b"])
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        var batch = MessageBatch(capacity: 10)
        try consumer.poll(into: &batch, until: 2, from: PartitionOffset(lab.partition(0), offset: 0))
        let first = batch.withMessage(at: 0) { ($0.topicIdentity, $0.topicName, $0.timestamp) }
        let second = batch.withMessage(at: 1) { ($0.topicIdentity, $0.topicName, $0.timestamp) }
        #expect(first.0 == second.0)
        #expect(first.1 == lab.topic)
        #expect(try #require(first.2) > 1_600_000_000_000)
    }

    @Test("assigned partitions start at the numeric offset given")
    func staticAssignment() throws {
        let lab = try TestCluster(partitions: 2)
        try lab.write((0..<10).map { "a\($0)" }, to: 0)
        try lab.write((0..<10).map { "b\($0)" }, to: 1)
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([
            PartitionOffset(lab.partition(0), offset: 7), PartitionOffset(lab.partition(1), offset: 9),
        ])
        let harvest = try consumer.poll { $0.records.count >= 4 }
        #expect(Set(harvest.values) == ["a7", "a8", "a9", "b9"])
        #expect(try consumer.position(of: [lab.partition(0)]) == [lab.partition(0): 10])
        #expect(try consumer.assignment().sorted() == [lab.partition(0), lab.partition(1)])
    }

    @Test("an offset out of range comes as an error of its partition, not as silence")
    func outOfRange() throws {
        let lab = try TestCluster()
        try lab.write(["a", "b"])
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 1_000)])
        let harvest = try consumer.poll { !$0.errors.isEmpty }
        let error = try #require(harvest.errors.first)
        #expect(error.code == .offsetReset)
        #expect(error.partition == lab.partition(0))
        #expect(!error.isFatal)
        #expect(harvest.records.isEmpty)
    }

    @Test("the end of a partition is an event, not a message")
    func endOfPartition() throws {
        let lab = try TestCluster()
        try lab.write(["a", "b"])
        var consumer = try Consumer(lab.consumerProperties().merging(["enable.partition.eof": "true"]))
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        let harvest = try consumer.poll { !$0.events.isEmpty }
        #expect(harvest.events == [.endOfPartition(PartitionOffset(lab.partition(0), offset: 2))])
        #expect(harvest.values == ["a", "b"])
    }

    @Test("batches smaller than what is there lose nothing and keep the order", arguments: [1, 7, 1_000])
    func batchSizes(capacity: Int) throws {
        let lab = try TestCluster()
        let values = (0..<200).map(String.init)
        try lab.write(values)
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        let harvest = try consumer.poll(capacity: capacity) { $0.records.count >= 200 }
        #expect(harvest.values == values)
    }

    @Test("an awaited handler sees every message of a batch in order")
    func awaitedHandler() async throws {
        let lab = try TestCluster()
        try lab.write(["a", "b", "c"])
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        var batch = MessageBatch(capacity: 10)
        try consumer.poll(into: &batch, until: 3, from: PartitionOffset(lab.partition(0), offset: 0))
        var values: [String?] = []
        for index in 0..<batch.count {
            await batch.withMessage(at: index) { message async in
                await Task.yield()
                values.append(Record(message).value)
            }
        }
        #expect(values == ["a", "b", "c"])
    }

    @Test("a batch may outlive its consumer")
    func batchLifetime() throws {
        let lab = try TestCluster()
        try lab.write(["a", "b"])
        var batch = MessageBatch(capacity: 10)
        do {
            var consumer = try Consumer(lab.consumerProperties())
            try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
            try consumer.poll(into: &batch, until: 2, from: PartitionOffset(lab.partition(0), offset: 0))
        }
        #expect(batch.withMessage(at: 1) { Record($0) } == Record(offset: 1, value: "b"))
        batch.removeAll()
        #expect(batch.count == 0)
    }

    @Test("paused partitions deliver nothing until they are resumed")
    func pausing() throws {
        let lab = try TestCluster(partitions: 2)
        try lab.write(["a"], to: 0)
        try lab.write(["b"], to: 1)
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([
            PartitionOffset(lab.partition(0), offset: 0), PartitionOffset(lab.partition(1), offset: 0),
        ])
        try consumer.pause([lab.partition(0)])
        #expect(try consumer.poll { !$0.records.isEmpty }.values == ["b"])
        try consumer.resume([lab.partition(0)])
        #expect(try consumer.poll { !$0.records.isEmpty }.values == ["a"])
        #expect(throws: KafkaError.self) {
            try consumer.pause([TopicPartition(topic: "absent", partition: 0)])
        }
    }

    @Test("watermarks tell the bounds of a partition, asked for or from the last fetch")
    func watermarks() throws {
        let lab = try TestCluster()
        try lab.write(["a", "b", "c"])
        var consumer = try Consumer(lab.consumerProperties())
        #expect(consumer.cachedWatermarks(of: lab.partition(0)) == nil)
        #expect(
            try consumer.watermarks(of: lab.partition(0), timeout: .seconds(10))
                == Watermarks(low: 0, high: 3)
        )
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        _ = try consumer.poll { $0.records.count >= 3 }
        #expect(consumer.cachedWatermarks(of: lab.partition(0))?.high == 3)
    }

    @Test("a poll with nothing to deliver returns an empty batch when its time is over")
    func emptyPoll() throws {
        let lab = try TestCluster()
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        var batch = MessageBatch(capacity: 10)
        let duration = try ContinuousClock().measure {
            try consumer.poll(into: &batch, timeout: .milliseconds(200))
        }
        #expect(batch.count == 0)
        #expect(duration >= .milliseconds(199))
    }

    @Test("a batch that is waited for arrives without waiting for it to be full")
    func promptness() throws {
        let lab = try TestCluster()
        try lab.write(["a"])
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        var batch = MessageBatch(capacity: 1_000)
        let duration = try ContinuousClock().measure {
            try consumer.poll(into: &batch, timeout: .seconds(30))
        }
        #expect(batch.count == 1)
        #expect(duration < .seconds(20))
    }

    @Test("a consumer without group.id is refused with the key in the error")
    func missingGroup() {
        let error = #expect(throws: KafkaError.self) {
            _ = try Consumer(ClientProperties(bootstrapServers: "127.0.0.1:1"))
        }
        #expect(error?.description.contains("group.id") == true)
    }

    @Test("a closed consumer refuses work, and closing again does nothing")
    func closing() throws {
        let lab = try TestCluster()
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        try consumer.close()
        try consumer.close()
        var batch = MessageBatch(capacity: 1)
        for call in 0..<6 {
            let error = #expect(throws: KafkaError.self) {
                switch call {
                case 0: try consumer.poll(into: &batch, timeout: .zero)
                case 1: try consumer.assign([])
                case 2: try consumer.subscribe(to: [lab.topic])
                case 3: _ = try consumer.assignment()
                case 4: _ = try consumer.committed([lab.partition(0)], timeout: .seconds(1))
                default: try consumer.commitStored()
                }
            }
            #expect(error?.code == .destroyed)
        }
    }

    @Test("a broker that goes away is an event, and its messages come when it is back")
    func brokerOutage() throws {
        let lab = try TestCluster()
        try lab.write(["a"])
        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        _ = try consumer.poll { $0.records.count >= 1 }
        try lab.cluster.takeDown()
        let outage = try consumer.poll { !$0.errors.isEmpty }
        #expect(outage.errors.first?.isUnreachable == true)
        try lab.cluster.bringUp()
        try lab.write(["b"])
        #expect(try consumer.poll { !$0.records.isEmpty }.values == ["b"])
    }
}
