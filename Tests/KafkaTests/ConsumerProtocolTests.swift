import Kafka
import LabTesting
import Testing

/// Run with a librdkafka of 2.12 or later (`LD_LIBRARY_PATH`), whose mock cluster assigns partitions itself.
@Suite(
    "Groups whose partitions the broker assigns",
    .timeLimit(.minutes(1)),
    .enabled(if: KafkaLibrary.hasConsumerProtocol)
)
struct ConsumerProtocolTests {
    /// A heartbeat every half a second, as a rebalance takes several.
    private func cluster(partitions: Int) throws -> TestCluster {
        let lab = try TestCluster(partitions: partitions)
        let isKnown = lab.cluster.setGroupSession(timeout: .seconds(6), heartbeat: .milliseconds(500))
        #expect(isKnown)
        return lab
    }

    private func properties(_ lab: borrowing TestCluster) -> ClientProperties {
        var properties = lab.consumerProperties().merging([
            "group.protocol": "consumer", "auto.offset.reset": "earliest",
        ])
        for key in ["session.timeout.ms", "heartbeat.interval.ms"] { properties[key] = nil }
        return properties
    }

    @Test("a property that is the broker's business is refused when the client is made")
    func refused() async throws {
        try await onThread {
            let lab = try cluster(partitions: 1)
            for (key, value) in [
                ("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "500"),
                ("partition.assignment.strategy", "range"),
            ] {
                let error = #expect(throws: KafkaError.self) {
                    _ = try Consumer(properties(lab).merging([key: value]))
                }
                #expect(error?.operation == .configure)
            }
        }
    }

    @Test("a member that is joined by another commits, gives up its share alone, and keeps the rest")
    func takeover() async throws {
        try await onThread {
            let lab = try cluster(partitions: 2)
            try lab.write((0..<50).map { "a\($0)" }, to: 0)
            try lab.write((0..<50).map { "b\($0)" }, to: 1)
            let delegate = Delegate()
            var first = try Consumer(properties(lab), rebalances: delegate)
            try first.subscribe(to: [lab.topic])
            _ = try first.poll { $0.records.count >= 100 }
            delegate.commitOnRevoke((0..<2).map { PartitionOffset(lab.partition($0), offset: 40) })

            var second = try Consumer(properties(lab))
            try second.subscribe(to: [lab.topic])
            var batch = MessageBatch(capacity: 100)
            let harvest = try second.poll { harvest in
                // The first member must go on polling to give anything up.
                try? first.poll(into: &batch, timeout: .zero)
                return harvest.records.count >= 10
            }
            #expect(delegate.revoked.map(\.count) == [1], "the other one stays")
            #expect(harvest.records.allSatisfy { $0.offset >= 40 })
            #expect(try first.assignment().count == 1)
        }
    }

    @Test("the delegate's start offsets count where nothing is committed, and only there")
    func startOffsets() async throws {
        try await onThread {
            let lab = try cluster(partitions: 2)
            try lab.write((0..<5).map { "a\($0)" }, to: 0)
            try lab.write((0..<5).map { "b\($0)" }, to: 1)
            let delegate = Delegate(starts: [
                PartitionOffset(lab.partition(0), offset: 3), PartitionOffset(lab.partition(1), offset: 4),
            ])
            var first = try Consumer(properties(lab), rebalances: delegate)
            try first.subscribe(to: [lab.topic])
            #expect(Set(try first.poll { $0.records.count >= 3 }.values) == ["a3", "a4", "b4"])
            try first.commit([PartitionOffset(lab.partition(0), offset: 1)], waiting: .seconds(10))
            try first.close()

            var second = try Consumer(properties(lab), rebalances: delegate)
            try second.subscribe(to: [lab.topic])
            let resumed = try second.poll { $0.records.count >= 5 }
            #expect(Set(resumed.values) == ["a1", "a2", "a3", "a4", "b4"])
        }
    }
}
