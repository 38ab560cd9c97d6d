import Kafka
import Testing

@Suite("Producer", .timeLimit(.minutes(1)))
struct ProducerTests {
    @Test("delivery reports carry topic, partition and contiguous offsets")
    func contiguousOffsets() throws {
        let lab = try TestCluster(partitions: 2)
        try lab.cluster.createTopic(named: "second", partitions: 1)
        let deliveries = Deliveries()
        var producer = try Producer(lab.producerProperties, deliveries: deliveries)
        let first = try producer.topic(named: lab.topic)
        let second = try producer.topic(named: "second")
        let run = RecordRun(texts: (0..<100).map(String.init))
        #expect(try producer.enqueue(run, from: 0, to: first, partition: 1) == 100)
        #expect(try producer.enqueue(run, from: 60, to: second, partition: 0) == 40)
        #expect(producer.flush(timeout: .seconds(10)) == 0)

        let reports = deliveries.reports
        #expect(first.index == 0 && second.index == 1)
        #expect(reports.filter { $0.topic == 0 }.map(\.offset) == Array(0..<100))
        #expect(reports.filter { $0.topic == 1 }.map(\.offset) == Array(0..<40))
        #expect(reports.allSatisfy { $0.partition == ($0.topic == 0 ? 1 : 0) })
        #expect(deliveries.errors.isEmpty)
    }

    @Test("opening a topic again returns the same topic")
    func reopening() throws {
        let lab = try TestCluster()
        var producer = try Producer(lab.producerProperties, deliveries: Deliveries())
        let first = try producer.topic(named: lab.topic)
        let other = try producer.topic(named: "other")
        #expect(try producer.topic(named: lab.topic) == first)
        #expect(other != first)
    }

    @Test("poll says how many records it reported")
    func reportedCount() throws {
        let lab = try TestCluster()
        var producer = try Producer(lab.producerProperties, deliveries: Deliveries())
        let topic = try producer.topic(named: lab.topic)
        let run = RecordRun(texts: ["a", "b", "c"])
        #expect(try producer.enqueue(run, from: 0, to: topic, partition: 0) == 3)
        #expect(producer.outstanding >= 3)
        var reported = 0
        while reported < 3 { reported += producer.poll(timeout: .milliseconds(100)) }
        #expect(reported == 3)
        #expect(producer.outstanding == 0)
    }

    @Test(
        "a full queue takes a part of the run, and offering the rest again loses nothing",
        arguments: [
            ["queue.buffering.max.messages": "64"] as ClientProperties,
            ["queue.buffering.max.kbytes": "1", "queue.buffering.max.messages": "100000"],
        ]
    )
    func backPressure(limit: ClientProperties) throws {
        let lab = try TestCluster()
        let deliveries = Deliveries()
        var producer = try Producer(
            lab.producerProperties.merging(limit).merging(["linger.ms": "20"]),
            deliveries: deliveries
        )
        let topic = try producer.topic(named: lab.topic)
        let run = RecordRun(texts: (0..<1_000).map { "record \($0)" })
        var taken = try producer.enqueue(run, from: 0, to: topic, partition: 0)
        #expect(taken > 0 && taken < run.count)
        #expect(try producer.enqueue(run, from: taken, to: topic, partition: 0) == 0)
        while taken < run.count {
            producer.poll(timeout: .milliseconds(50))
            taken += try producer.enqueue(run, from: taken, to: topic, partition: 0)
        }
        #expect(producer.flush(timeout: .seconds(10)) == 0)
        #expect(deliveries.offsets == Array(0..<1_000))

        var consumer = try Consumer(lab.consumerProperties())
        try consumer.assign([PartitionOffset(lab.partition(0), offset: 0)])
        let harvest = try consumer.poll { $0.records.count >= 1_000 }
        #expect(harvest.values == (0..<1_000).map { "record \($0)" })
    }

    @Test("a record that is too large is refused with its size, and the others are delivered")
    func tooLarge() throws {
        let lab = try TestCluster()
        let deliveries = Deliveries()
        var producer = try Producer(
            lab.producerProperties.merging(["message.max.bytes": "1000"]),
            deliveries: deliveries
        )
        let topic = try producer.topic(named: lab.topic)
        let run = RecordRun(texts: ["small", String(repeating: "x", count: 2_000), "small as well"])
        let error = #expect(throws: KafkaError.self) {
            _ = try producer.enqueue(run, from: 0, to: topic, partition: 0)
        }
        #expect(error?.code == .messageTooLarge)
        #expect(error?.partition == lab.partition(0))
        #expect(error?.detail == "record 1 of 3 with 2000 bytes")
        #expect(producer.flush(timeout: .seconds(10)) == 0)
        #expect(deliveries.offsets == [0, 1])
    }

    @Test("a partition that does not exist is refused, at once or in the delivery report")
    func unknownPartition() throws {
        let lab = try TestCluster(partitions: 2)
        let deliveries = Deliveries()
        var producer = try Producer(lab.producerProperties, deliveries: deliveries)
        let topic = try producer.topic(named: lab.topic)
        let run = RecordRun(texts: ["a"])
        #expect(try producer.enqueue(run, from: 0, to: topic, partition: 1) == 1)
        #expect(producer.flush(timeout: .seconds(10)) == 0)
        let error = #expect(throws: KafkaError.self) {
            _ = try producer.enqueue(run, from: 0, to: topic, partition: 7)
        }
        #expect(error?.code == .unknownPartition)
        #expect(error?.partition == lab.partition(7))
    }

    @Test(
        "a property that librdkafka refuses is named with its value",
        arguments: [
            ("linger.ms", "soon"), ("linger.ms", "-1"), ("compression.codec", "rar"),
        ]
    )
    func invalidProperty(key: String, value: String) {
        let error = #expect(throws: KafkaError.self) {
            _ = try Producer([key: value] as ClientProperties, deliveries: Deliveries())
        }
        #expect(error?.operation == .configure)
        #expect(error?.description.contains("“\(key)” = “\(value)”") == true)
    }

    @Test(
        "what may be a secret and librdkafka refuses is not in the error",
        arguments: ["no.such.password", "linger.mz"]
    )
    func invalidSecret(key: String) {
        let error = #expect(throws: KafkaError.self) {
            _ = try Producer([key: "hunter2"] as ClientProperties, deliveries: Deliveries())
        }
        #expect(error?.description.contains("“\(key)” = “(hidden)”: there is no such property") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test("properties that do not fit together are refused when the client is made")
    func incompatibleProperties() {
        let error = #expect(throws: KafkaError.self) {
            _ = try Producer(["enable.idempotence": "true", "acks": "1"], deliveries: Deliveries())
        }
        #expect(error?.operation == .configure)
        #expect(error?.detail.contains("acks") == true)
    }

    @Test("records that cannot be sent are reported as undelivered when the producer ends")
    func purge() throws {
        let deliveries = Deliveries()
        do {
            var producer = try Producer(
                ClientProperties(bootstrapServers: "127.0.0.1:1"),
                deliveries: deliveries
            )
            let topic = try producer.topic(named: "orders")
            let run = RecordRun(texts: ["a", "b"])
            #expect(try producer.enqueue(run, from: 0, to: topic, partition: 0) == 2)
            #expect(producer.flush(timeout: .milliseconds(10)) >= 2)
        }
        #expect(deliveries.errors == [.purgedFromQueue, .purgedFromQueue])
        #expect(deliveries.offsets.isEmpty)
    }

    @Test("a broker that is not there is told as a client error")
    func clientError() throws {
        let deliveries = Deliveries()
        var producer = try Producer(ClientProperties(bootstrapServers: "127.0.0.1:1"), deliveries: deliveries)
        while deliveries.clientErrors.isEmpty { producer.poll(timeout: .milliseconds(100)) }
        #expect(deliveries.clientErrors.first?.isUnreachable == true)
    }

    @Test("an idempotent producer's retries after broken connections lose and duplicate nothing")
    func retries() throws {
        let lab = try TestCluster()
        let deliveries = Deliveries()
        var producer = try Producer(
            lab.producerProperties.merging([
                "enable.idempotence": "true", "retry.backoff.ms": "10", "reconnect.backoff.ms": "10",
            ]),
            deliveries: deliveries
        )
        let topic = try producer.topic(named: lab.topic)
        lab.cluster.pushErrors([.notLeaderForPartition, .requestTimedOut], for: .produce)
        let run = RecordRun(texts: (0..<50).map(String.init))
        #expect(try producer.enqueue(run, from: 0, to: topic, partition: 0) == 50)
        #expect(producer.flush(timeout: .seconds(20)) == 0)
        #expect(deliveries.offsets == Array(0..<50))
    }

    @Test("a producer that failed fatally refuses records with the cause")
    func fatalError() throws {
        let lab = try TestCluster()
        let clusterAuthorizationFailed = KafkaErrorCode(rawValue: 31)
        lab.cluster.pushErrors([clusterAuthorizationFailed], for: .initProducerID)
        let deliveries = Deliveries()
        var producer = try Producer(
            lab.producerProperties.merging(["enable.idempotence": "true"]),
            deliveries: deliveries
        )
        let topic = try producer.topic(named: lab.topic)
        while !deliveries.clientErrors.contains(where: \.isFatal) {
            producer.poll(timeout: .milliseconds(100))
        }
        let error = #expect(throws: KafkaError.self) {
            _ = try producer.enqueue(RecordRun(texts: ["a"]), from: 0, to: topic, partition: 0)
        }
        #expect(error?.isFatal == true)
        #expect(error?.code == clusterAuthorizationFailed)
    }

    @Test("log lines go to the sink, and to it only")
    func log() throws {
        let lines = Lines()
        let properties: ClientProperties = [
            "debug": "broker", "log_level": "7", "bootstrap.servers": "127.0.0.1:1",
        ]
        var producer = try Producer(properties, deliveries: Deliveries(), log: { lines.note($0) })
        while lines.count < 1 { producer.poll(timeout: .milliseconds(10)) }
        #expect(lines.count > 0)
    }
}
