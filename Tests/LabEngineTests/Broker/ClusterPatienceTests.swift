import Kafka
import LabCore
import Synchronization
import Testing

@testable import LabEngine

@Suite("Patience with a cluster")
struct ClusterPatienceTests {
    private let patience = ClusterPatience()

    @Test(
        "an answer that means “not yet” is followed by the same question, until the patience is at its end",
        arguments: [
            (.offsets, .notLeaderForPartition), (.offsets, .unknownPartition),
            (.offsets, .leaderNotAvailable),
            (.offsets, .unknownTopicOrPartition), (.creation, .topicAlreadyExists),
            (.creation, .notController), (.metadata, .leaderNotAvailable), (.deletion, .notController),
        ] as [(ClusterPatience.Question, KafkaErrorCode)]
    )
    func passing(question: ClusterPatience.Question, code: KafkaErrorCode) {
        #expect(patience.pause(after: code, to: question, elapsed: .zero) == .milliseconds(50))
        #expect(patience.pause(after: code, to: question, elapsed: .seconds(7)) == .milliseconds(50))
        #expect(patience.pause(after: code, to: question, elapsed: .seconds(8)) == nil)
    }

    @Test(
        "an error that stays is not asked about again",
        arguments: [
            (.offsets, .timedOut), (.offsets, .offsetOutOfRange), (.deletion, .unknownTopicOrPartition),
            (.metadata, .unknownTopicOrPartition), (.creation, .invalidReplication),
        ] as [(ClusterPatience.Question, KafkaErrorCode)]
    )
    func standing(question: ClusterPatience.Question, code: KafkaErrorCode) {
        #expect(patience.pause(after: code, to: question, elapsed: .zero) == nil)
    }

    @Test("every question is given the time that is left, and never none")
    func left() throws {
        let cluster = ScriptedCluster()
        var given: [Duration] = []
        let error = #expect(throws: KafkaError.self) {
            try patience.asking(.offsets, on: cluster.time) { left throws(KafkaError) in
                given.append(left)
                cluster.state.withLock { $0.now += .seconds(3) }
                throw KafkaError(.readOffsets, code: .notLeaderForPartition)
            }
        }
        #expect(error?.code == .notLeaderForPartition)
        #expect(given == [.seconds(8), .milliseconds(4_950), .milliseconds(1_900)])
    }
}

@Suite("Topics on a cluster that takes its time")
struct SettlingTopicsTests {
    @Test("the ends of new partitions are asked until they have their leaders")
    func leaders() throws {
        let cluster = ScriptedCluster {
            $0.errors[.offsets] = [.notLeaderForPartition, .unknownPartition, .leaderNotAvailable]
        }
        #expect(try cluster.topics.endOffsets(of: "orders", partitions: 2) == [7, 7])
        #expect(cluster.now == .milliseconds(150) && cluster.asked(.offsets) == 4)
    }

    @Test("partitions that never get a leader are an error after eight seconds")
    func neverLed() {
        let cluster = ScriptedCluster {
            $0.errors[.offsets] = Array(repeating: .notLeaderForPartition, count: 1_000)
        }
        let error = #expect(throws: LabError.self) {
            try cluster.topics.endOffsets(of: "orders", partitions: 1)
        }
        #expect(error?.description.contains("NOT_LEADER_FOR_PARTITION") == true)
        #expect(cluster.now < .seconds(8) && cluster.now > .seconds(7))
    }

    @Test("a topic that was deleted a moment ago is made again when it is gone")
    func deletedAMomentAgo() throws {
        let cluster = ScriptedCluster {
            $0.topics["orders"] = 4
            $0.leaving["orders"] = .milliseconds(700)
        }
        #expect(try cluster.topics.create(["orders"], partitions: 4, reusing: false) == ["orders"])
        #expect(cluster.now == .milliseconds(700))
    }

    @Test("a topic that the controller still has, though no broker names it, is made again when it is gone")
    func markedForDeletion() throws {
        let cluster = ScriptedCluster {
            $0.errors[.creation] = Array(repeating: .topicAlreadyExists, count: 20)
        }
        #expect(try cluster.topics.create(["orders"], partitions: 4, reusing: false) == ["orders"])
        #expect(cluster.now == .seconds(1))
    }

    @Test("a topic that stays is said to exist, after two seconds")
    func stays() {
        let cluster = ScriptedCluster { $0.topics["orders"] = 4 }
        let error = #expect(throws: LabError.self) {
            try cluster.topics.create(["orders"], partitions: 4, reusing: false)
        }
        #expect(error?.description == "topic “orders” exists already" && error?.exitStatus == .usage)
        #expect(cluster.now < .seconds(2) && cluster.now > .seconds(1))
    }

    @Test("a topic that may be used is used at once")
    func reused() throws {
        let cluster = ScriptedCluster { $0.topics["orders"] = 4 }
        #expect(try cluster.topics.create(["orders"], partitions: 4, reusing: true).isEmpty)
        #expect(cluster.now == .zero)
    }

    @Test("who deletes topics returns when the cluster no longer names them")
    func deletion() {
        let cluster = ScriptedCluster {
            $0.topics = ["orders": 4, "others": 1]
            $0.deletionTakes = .seconds(3)
            $0.errors[.deletion] = [.notController]
        }
        cluster.topics.delete(["orders"])
        #expect(cluster.state.withLock { $0.topics } == ["others": 1])
        #expect(cluster.now == .milliseconds(3_050))
    }

    @Test("of several topics all are made or none")
    func allOrNone() {
        let cluster = ScriptedCluster { $0.topics["b"] = 1 }
        cluster.state.withLock { $0.leaving["b"] = .seconds(100) }
        #expect(throws: LabError.self) {
            try cluster.topics.create(["a", "b"], partitions: 1, reusing: false)
        }
        #expect(cluster.state.withLock { $0.topics.keys.sorted() } == ["b"])
    }
}

@Suite("How topics are made")
struct TopicCreationTests {
    @Test("replicas are as many as the broker likes, or as asked for, with the settings asked for")
    func replication() throws {
        let cluster = ScriptedCluster()
        let settings = TopicSettings(
            replication: 3,
            config: [LabelledValue("min.insync.replicas", "2")]
        )
        _ = try cluster.topics.create(["a"], partitions: 1, reusing: false)
        _ = try cluster.topics.create(["b"], partitions: 1, with: settings, reusing: false)
        #expect(
            cluster.created == [
                .init(name: "a", replication: -1, config: []),
                .init(name: "b", replication: 3, config: settings.config),
            ]
        )
    }

    @Test("a broker without a default gets one replica, and a number asked for is never changed")
    func oldBroker() throws {
        let cluster = ScriptedCluster { $0.knowsDefaultReplication = false }
        _ = try cluster.topics.create(["a"], partitions: 1, reusing: false)
        #expect(cluster.created.map(\.replication) == [1])
        cluster.state.withLock { $0.errors[.creation] = [.invalidReplication] }
        #expect(throws: LabError.self) {
            try cluster.topics.create(
                ["b"],
                partitions: 1,
                with: TopicSettings(replication: 3),
                reusing: false
            )
        }
        #expect(cluster.created.map(\.name) == ["a"])
    }
}
