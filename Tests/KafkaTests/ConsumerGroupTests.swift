import Kafka
import LabTesting
import Testing

/// The mock cluster lets a first member wait three seconds for others, so these tests take that long, side by side.
@Suite("Consumer groups", .timeLimit(.minutes(1)))
struct ConsumerGroupTests {
    @Test(
        "a member commits in the revoke hook on closing, and the next one goes on from there",
        arguments: ["range", "cooperative-sticky"]
    )
    func resume(assignor: String) async throws {
        try await onThread {
            let lab = try TestCluster()
            try lab.write(["a", "b", "c"])
            let properties = lab.consumerProperties().merging([
                "partition.assignment.strategy": assignor, "auto.offset.reset": "earliest",
            ])
            let delegate = Delegate()
            var first = try Consumer(properties, rebalances: delegate)
            try first.subscribe(to: [lab.topic])
            let harvest = try first.poll { $0.records.count >= 3 }
            #expect(harvest.events == [.assigned([lab.partition(0)])])
            delegate.commitOnRevoke([PartitionOffset(lab.partition(0), offset: 2)])
            try first.close()
            #expect(delegate.revoked == [[lab.partition(0)]])
            #expect(
                first.drainEvents() == [
                    .committed([PartitionOffset(lab.partition(0), offset: 2)]), .revoked([lab.partition(0)]),
                ]
            )

            var second = try Consumer(properties)
            try second.subscribe(to: [lab.topic])
            #expect(try second.poll { !$0.records.isEmpty }.values == ["c"])
            #expect(
                try second.committed([lab.partition(0)], timeout: .seconds(10)) == [lab.partition(0): 2]
            )
        }
    }

    @Test("stored offsets are committed, and the outcome comes as an event or at once")
    func commits() async throws {
        try await onThread {
            let lab = try TestCluster(partitions: 2)
            try lab.write(["a", "b"], to: 0)
            try lab.write(["c"], to: 1)
            var consumer = try Consumer(lab.consumerProperties().merging(["auto.offset.reset": "earliest"]))
            try consumer.subscribe(to: [lab.topic])
            _ = try consumer.poll { $0.records.count >= 3 }
            #expect(try consumer.committed([lab.partition(0)], timeout: .seconds(10)).isEmpty)

            try consumer.store(1, of: lab.partition(0))
            try consumer.commitStored()
            let answer = try consumer.poll { !$0.events.isEmpty }
            #expect(answer.events == [.committed([PartitionOffset(lab.partition(0), offset: 1)])])

            let refused = try consumer.storeOffsets([
                PartitionOffset(lab.partition(1), offset: 1),
                PartitionOffset(topic: "absent", partition: 0, offset: 5),
            ])
            #expect(refused == [TopicPartition(topic: "absent", partition: 0)])
            try consumer.commitStored(waiting: .seconds(10))
            try consumer.commitStored(waiting: .seconds(10))
            try consumer.commit([PartitionOffset(lab.partition(0), offset: 2)], waiting: .seconds(10))
            #expect(
                try consumer.committed([lab.partition(0), lab.partition(1)], timeout: .seconds(10))
                    == [lab.partition(0): 2, lab.partition(1): 1]
            )
            #expect(throws: KafkaError.self) { try consumer.store(1, of: lab.partition(9)) }
        }
    }

    @Test("a commit that the coordinator refuses is an error, thrown or as an event")
    func refusedCommit() async throws {
        try await onThread {
            let lab = try TestCluster()
            try lab.write(["a"])
            var consumer = try Consumer(lab.consumerProperties().merging(["auto.offset.reset": "earliest"]))
            try consumer.subscribe(to: [lab.topic])
            _ = try consumer.poll { !$0.records.isEmpty }
            let offsets = [PartitionOffset(lab.partition(0), offset: 1)]

            lab.cluster.pushErrors([.offsetOutOfRange], for: .offsetCommit)
            let error = #expect(throws: KafkaError.self) {
                try consumer.commit(offsets, waiting: .seconds(10))
            }
            #expect(error?.operation == .commit && error?.code == .offsetOutOfRange)

            lab.cluster.pushErrors([.offsetOutOfRange], for: .offsetCommit)
            try consumer.commit(offsets)
            let harvest = try consumer.poll { !$0.events.isEmpty }
            guard case .commitFailed(let failure) = harvest.events.first else {
                Issue.record("\(harvest.events)")
                return
            }
            #expect(failure.code == .offsetOutOfRange)
        }
    }

    @Test("the delegate's start offsets count where nothing is committed, and only there")
    func startOffsets() async throws {
        try await onThread {
            let lab = try TestCluster(partitions: 2)
            try lab.write((0..<5).map { "a\($0)" }, to: 0)
            try lab.write((0..<5).map { "b\($0)" }, to: 1)
            let starts = [
                PartitionOffset(lab.partition(0), offset: 3), PartitionOffset(lab.partition(1), offset: 4),
            ]
            let delegate = Delegate(starts: starts)
            var first = try Consumer(lab.consumerProperties(), rebalances: delegate)
            try first.subscribe(to: [lab.topic])
            let harvest = try first.poll { $0.records.count >= 3 }
            #expect(Set(harvest.values) == ["a3", "a4", "b4"])
            #expect(delegate.assigned.first?.sorted() == [lab.partition(0), lab.partition(1)])
            try first.commit([PartitionOffset(lab.partition(0), offset: 1)], waiting: .seconds(10))
            try first.close()

            var second = try Consumer(lab.consumerProperties(), rebalances: delegate)
            try second.subscribe(to: [lab.topic])
            let resumed = try second.poll { $0.records.count >= 5 }
            #expect(Set(resumed.values) == ["a1", "a2", "a3", "a4", "b4"])
        }
    }

    @Test(
        "a member that is joined by another commits, then gives up, and the other goes on where it committed"
    )
    func takeover() async throws {
        try await onThread {
            let lab = try TestCluster(partitions: 2)
            try lab.write((0..<50).map { "a\($0)" }, to: 0)
            try lab.write((0..<50).map { "b\($0)" }, to: 1)
            let properties = lab.consumerProperties().merging(["auto.offset.reset": "earliest"])
            let delegate = Delegate()
            var first = try Consumer(properties, rebalances: delegate)
            try first.subscribe(to: [lab.topic])
            _ = try first.poll { $0.records.count >= 100 }
            let partitions = [lab.partition(0), lab.partition(1)]
            try first.commit(partitions.map { PartitionOffset($0, offset: 30) }, waiting: .seconds(10))
            delegate.commitOnRevoke(partitions.map { PartitionOffset($0, offset: 40) })

            var second = try Consumer(properties)
            try second.subscribe(to: [lab.topic])
            var batch = MessageBatch(capacity: 100)
            var owned: [TopicPartition] = []
            let harvest = try second.poll { harvest in
                // The first member must go on polling to give anything up.
                try? first.poll(into: &batch, timeout: .zero)
                owned = (try? first.assignment()) ?? []
                return harvest.records.count >= 10 && owned.count == 1
            }
            #expect(Set(delegate.revoked.first ?? []) == Set(partitions))

            // A mock cluster refuses commits while members join, other than a real one: then 30 stands.
            let events = first.drainEvents()
            let isRefused = events.contains { if case .commitFailed = $0 { true } else { false } }
            #expect(harvest.records.allSatisfy { $0.offset >= (isRefused ? 30 : 40) })
            let revoked = try #require(events.firstIndex { if case .revoked = $0 { true } else { false } })
            #expect(revoked > 0 && events.last == .assigned(owned))
        }
    }

    @Test("a fenced member's polls throw the fatal error, again and again")
    func fencedMember() async throws {
        try await onThread {
            let lab = try TestCluster()
            var consumer = try Consumer(lab.consumerProperties())
            try consumer.subscribe(to: [lab.topic])
            _ = try consumer.poll { $0.isAssigned }
            lab.cluster.pushErrors([.fenced], for: .heartbeat)
            for _ in 0..<2 {
                let error = #expect(throws: KafkaError.self) { _ = try consumer.poll { _ in false } }
                #expect(error?.isFatal == true)
                #expect(error?.code == .fenced)
            }
            #expect(throws: KafkaError.self) { try consumer.close() }
        }
    }

    @Test("a member whose brokers are gone closes within its time")
    func closingWithoutBroker() async throws {
        try await onThread {
            let lab = try TestCluster()
            var consumer = try Consumer(lab.consumerProperties())
            try consumer.subscribe(to: [lab.topic])
            _ = try consumer.poll { $0.isAssigned }
            try lab.cluster.takeDown()
            let start = ContinuousClock.now
            try? consumer.close(timeout: .seconds(1))
            #expect(start.duration(to: .now) < .seconds(5))
        }
    }

    @Test("commits without a coordinator end when their time is over")
    func unreachableCoordinator() async throws {
        try await onThread {
            let lab = try TestCluster()
            var consumer = try Consumer(lab.consumerProperties())
            try lab.cluster.takeDown()
            let partition = lab.partition(0)
            let duration = ContinuousClock().measure {
                let error = #expect(throws: KafkaError.self) {
                    try consumer.commit([PartitionOffset(partition, offset: 1)], waiting: .milliseconds(300))
                }
                #expect(error?.isUnreachable == true)
                let other = #expect(throws: KafkaError.self) {
                    _ = try consumer.committed([partition], timeout: .milliseconds(300))
                }
                #expect(other?.isUnreachable == true)
            }
            #expect(duration < .seconds(10))
        }
    }
}
