import Kafka
import LabCore
import LabTesting
import Synchronization
import Testing

@testable import LabEngine

extension AnyBroker {
    @Suite("Fresh topics", .timeLimit(.minutes(3)))
    struct FreshTopicTests {
        /// What was not as it should be, and how many begins were.
        private final class Tally: Sendable {
            private let state = Mutex((begun: 0, problems: [String]()))

            var begun: Int { state.withLock { $0.begun } }
            var problems: [String] { state.withLock { $0.problems } }
            func count() { state.withLock { $0.begun += 1 } }
            func note(_ problem: String) { state.withLock { $0.problems.append(problem) } }
        }

        private static let starts = 100
        /// At the same time: most of each start is waiting.
        private static let lanes = 50
        private static let partitions = [1, 4, 12, 50]
        /// From nothing to three seconds.
        private static let pauses = (0...24).map { Duration.milliseconds(125 * $0) }

        @Test("100 of 100 can be used as a run does at its begin, and again right after they were deleted")
        func begins() async throws {
            let broker = try TestBroker(brokers: 3, settling: Self.pauses)
            let (fresh, again) = (Tally(), Tally())
            try await withThrowingTaskGroup { group in
                for lane in 0..<Self.lanes {
                    group.addTask {
                        try await onThread {
                            for number in stride(from: lane, to: Self.starts, by: Self.lanes) {
                                let count = Self.partitions[number % Self.partitions.count]
                                let topic = TestBroker.name("fresh-\(number)")
                                Self.begin(topic, partitions: count, on: broker, fresh)
                                Self.begin(topic, partitions: count, on: broker, again)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(fresh.begun == Self.starts, "\(fresh.problems)")
            #expect(again.begun == Self.starts, "\(again.problems)")
        }

        /// What a run does before its load: makes a topic and asks where it ends; then some events, and the deletion.
        private static func begin(_ topic: String, partitions: Int, on broker: TestBroker, _ tally: Tally) {
            do {
                let topics = broker.topics
                guard try topics.create([topic], partitions: partitions, reusing: false) == [topic] else {
                    return tally.note("\(topic): not made")
                }
                let ends = try topics.endOffsets(of: topic, partitions: partitions)
                let sent = try broker.write(3, toEachOf: partitions, of: topic)
                let read = try broker.read(3 * partitions, of: topic, from: ends)
                let expected = ends.map { [$0, $0 + 1, $0 + 2] }
                if sent.confirmed != 3 * partitions || read != expected {
                    tally.note("\(topic): \(sent.confirmed) confirmed, \(sent.errors), read \(read)")
                } else {
                    tally.count()
                }
                let left = topics.delete([topic])
                if !left.isEmpty { tally.note("\(topic): not deleted") }
            } catch {
                tally.note("\(topic), \(partitions) partitions: \(error)")
            }
        }

        @Test("have as many replicas as the cluster can give them, and not more")
        func replication() async throws {
            let broker = try TestBroker(brokers: 3)
            try await onThread {
                let brokers = try ClusterFacts(broker).brokers
                let (fitting, excessive) = (TestBroker.name("replicas"), TestBroker.name("replicas"))
                let settings = TopicSettings(replication: brokers)
                _ = try broker.topics.create([fitting], partitions: 2, with: settings, reusing: false)
                _ = try broker.topics.endOffsets(of: fitting, partitions: 2)
                // The embedded broker keeps each event once, whatever it was asked for.
                if !TestBroker.isEmbedded {
                    #expect(try ClusterFacts(broker).replicas(of: fitting) == [brokers, brokers])
                }
                do {
                    _ = try broker.topics.create(
                        [excessive],
                        partitions: 2,
                        with: TopicSettings(replication: brokers + 1),
                        reusing: false
                    )
                    // Some that only speak Kafka's protocol take any number.
                    #expect(!TestBroker.isEmbedded)
                } catch let error as LabError {
                    #expect(error.exitStatus == .brokerUnavailable || error.exitStatus == .invalidScenario)
                    #expect(error.description.contains("replication"), "\(error)")
                }
                #expect(broker.topics.delete([fitting]).isEmpty)
                _ = broker.topics.delete([excessive])
            }
        }

        @Test("that begin later, since their first events are gone, are read from where they begin")
        func deletedRecords() async throws {
            let broker = try TestBroker()
            let topic = TestBroker.name("deleted-records")
            let refusal = Mutex<KafkaErrorCode?>(nil)
            try await onThread {
                _ = try broker.topics.create([topic], partitions: 2, reusing: false)
                _ = try broker.topics.endOffsets(of: topic, partitions: 2)
                #expect(try broker.write(30, toEachOf: 2, of: topic).confirmed == 60)
                if TestBroker.isEmbedded {
                    // It has no request for it: a topic that is made again begins behind its former events.
                    _ = broker.topics.delete([topic])
                    _ = try broker.topics.create([topic], partitions: 2, reusing: false)
                } else {
                    let code = try ClusterFacts(broker).deleteRecords(before: 30, of: topic, partitions: 2)
                    refusal.withLock { $0 = code }
                }
            }
            if let code = refusal.withLock({ $0 }) {
                _ = broker.topics.delete([topic])
                try Test.cancel("the broker does not delete records: \(code.name)")
            }
            try await onThread {
                #expect(try broker.topics.endOffsets(of: topic, partitions: 2) == [30, 30])
                #expect(broker.topics.startOffsets(of: topic, partitions: 2) == [30, 30])
                #expect(try broker.write(5, toEachOf: 2, of: topic).confirmed == 10)
                let read = try broker.read(10, of: topic, from: [30, 30])
                #expect(read == [Array(30..<35), Array(30..<35)])
                #expect(broker.topics.delete([topic]).isEmpty)
            }
        }
    }
}
