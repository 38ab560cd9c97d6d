import LabCore
import Synchronization
import Testing

@testable import LabBroker

@Suite("Topics of a cluster that takes its time")
struct TopicSettlingTests {
    /// Nanoseconds that only the test moves.
    private final class Hand: Sendable {
        let time = Mutex<UInt64>(1)

        func move(_ milliseconds: UInt64) { time.withLock { $0 += milliseconds * 1_000_000 } }

        func registry(_ pauses: [Duration]) -> TopicRegistry {
            TopicRegistry(
                existing: ["events": 2],
                brokerCount: 1,
                settling: TopicSettling(pauses) { self.time.withLock { $0 } },
                backend: SampleBackend()
            )
        }
    }

    @Test("a new one is unknown for a third of its pause, then it has no leaders, then it is as any other")
    func new() throws {
        let hand = Hand()
        var topics = hand.registry([.milliseconds(300)])
        #expect(!topics.isSettling)
        _ = try topics.create("new", partitions: 3, replication: 1)
        #expect(topics.isSettling && topics.visiblePartitions(of: "new") == 0)
        #expect(topics.hindrance(of: "new") == 3 && topics.hindrance(of: "events") == nil)
        hand.move(100)
        #expect(topics.visiblePartitions(of: "new") == 3 && topics.isLeaderless("new"))
        #expect(topics.hindrance(of: "new") == 6)
        hand.move(200)
        #expect(!topics.isSettling && !topics.isLeaderless("new") && topics.hindrance(of: "new") == nil)
    }

    @Test("a deleted one is named for half of its pause, and its name is in use for all of it")
    func deleted() throws {
        let hand = Hand()
        var topics = hand.registry([.milliseconds(200)])
        #expect(topics.delete("events") == 0)
        #expect(topics.visiblePartitions(of: "events") == 2)
        #expect(topics.delete("events") == 3, "it is agreed that it goes")
        hand.move(100)
        #expect(topics.visiblePartitions(of: "events") == 0)
        let refusal = #expect(throws: TopicRegistry.Refusal.self) {
            try topics.create("events", partitions: 2, replication: 1)
        }
        #expect(refusal?.code == 36)
        hand.move(100)
        #expect(try topics.create("events", partitions: 2, replication: 1) == 2)
        #expect(topics.hindrance(of: "events") == 3, "it begins as any new one")
    }

    @Test("each takes the next pause, and without one all is so at once")
    func pauses() throws {
        let hand = Hand()
        var topics = hand.registry([.zero, .milliseconds(90)])
        _ = try topics.create("first", partitions: 1, replication: 1)
        _ = try topics.create("second", partitions: 1, replication: 1)
        _ = try topics.create("third", partitions: 1, replication: 1)
        #expect(topics.hindrance(of: "first") == nil && topics.hindrance(of: "third") == nil)
        #expect(topics.hindrance(of: "second") == 3)
        var prompt = hand.registry([])
        _ = try prompt.create("new", partitions: 1, replication: 1)
        #expect(!prompt.isSettling && prompt.hindrance(of: "new") == nil)
    }

    @Test("partitions without a leader say so, and keep their number")
    func leaderless() throws {
        let partition = ClusterView.Partition(error: 0, index: 1, leader: 1, replicas: [1], inSync: [1])
        #expect(
            partition.withoutLeader
                == ClusterView.Partition(error: 5, index: 1, leader: -1, replicas: [1], inSync: [])
        )
    }
}
