/// What the front asks of the cluster that it stands before; called on the front's thread, which waits.
package protocol FrontBackend: Sendable {
    /// Makes a topic; false if the cluster refuses.
    func make(_ name: String, partitions: Int) -> Bool
    /// The offset behind the last event of each partition; `nil` if the cluster does not say.
    func ends(of name: String, partitions: Int) -> [Int64]?
}

/// The topics of the cluster that the front stands before, as far as clients make and delete them.
///
/// The mock can make topics and cannot delete them. A deleted one is hidden. If it is made again, its partitions begin
/// behind the last event of its former life, as those of a topic do whose old events have expired.
struct TopicRegistry {
    /// Error codes of Kafka's protocol.
    enum Code {
        static let unknownServerError: Int16 = -1
        static let none: Int16 = 0
        static let unknownTopic: Int16 = 3
        static let leaderNotAvailable: Int16 = 5
        static let notLeader: Int16 = 6
        static let invalidTopic: Int16 = 17
        static let alreadyExists: Int16 = 36
        static let invalidPartitions: Int16 = 37
        static let invalidReplication: Int16 = 38
        static let invalidAssignment: Int16 = 39
        static let policyViolation: Int16 = 44
    }

    /// Why a topic cannot be made.
    struct Refusal: Error, Hashable {
        let code: Int16
        let reason: String
    }

    /// Of topics that are made on first use, and of those whose maker leaves it to the broker.
    static let defaultPartitions: Int32 = 4
    static let mostPartitions: Int32 = 10_000
    /// Somebody who asks for ever new topics gets no more of them.
    static let mostTopics = 1_000

    /// A topic that the cluster has.
    private struct Topic {
        /// Those that the cluster has; clients see the first ``visible``.
        let partitions: Int
        var visible: Int
        var isDeleted = false
        /// Where each partition begins, of a topic that was deleted and made again.
        var starts: [Int64] = []
    }

    private let brokerCount: Int
    private let backend: any FrontBackend
    private var topics: [String: Topic]
    private var settling: TopicSettling

    /// - Parameters:
    ///   - existing: the topics that are there already, with their numbers of partitions.
    ///   - brokerCount: the largest replication that can be asked for.
    ///   - settling: how long new and deleted topics take.
    ///   - backend: makes topics.
    init(
        existing: [String: Int],
        brokerCount: Int,
        settling: TopicSettling = TopicSettling(),
        backend: any FrontBackend
    ) {
        self.settling = settling
        topics = existing.mapValues { Topic(partitions: $0, visible: $0) }
        (self.brokerCount, self.backend) = (brokerCount, backend)
    }

    /// Learns of topics that others than the front made: clients that talk to the mock itself can.
    mutating func note(_ view: ClusterView) {
        for topic in view.topics where topics[topic.name] == nil && !topic.partitions.isEmpty {
            topics[topic.name] = Topic(partitions: topic.partitions.count, visible: topic.partitions.count)
        }
    }

    func isThere(_ name: String) -> Bool { topics[name].map { !$0.isDeleted } ?? false }

    /// How many partitions of a topic clients see; 0 for a deleted topic, and one that nobody knows.
    func visiblePartitions(of name: String) -> Int {
        guard let topic = topics[name] else { return 0 }
        let isNamed =
            topic.isDeleted ? settling.stage(of: name) == .stillNamed : settling.stage(of: name) != .unknown
        return isNamed ? topic.visible : 0
    }

    /// Whether any topic may not be yet what it was said to be.
    var isSettling: Bool { settling.isUnderWay }

    /// Whether a topic's partitions have no leaders yet.
    func isLeaderless(_ name: String) -> Bool { settling.stage(of: name) == .leaderless }

    /// What a request about a topic's partitions is answered with, which is not settled yet; `nil` if it is.
    func hindrance(of name: String) -> Int16? {
        switch settling.stage(of: name) {
        case .unknown: Code.unknownTopic
        case .leaderless: Code.notLeader
        case .stillNamed, .nameInUse, nil: nil
        }
    }

    /// Whether any topic begins elsewhere than the mock says.
    var movesStarts: Bool { topics.values.contains { !$0.starts.isEmpty } }

    /// Where a partition begins for clients; 0 where the mock knows best.
    func start(of name: String, partition: Int32) -> Int64 {
        guard let starts = topics[name]?.starts, starts.indices.contains(Int(partition)) else { return 0 }
        return starts[Int(partition)]
    }

    /// Makes a topic.
    ///
    /// `partitions`: -1 for as many as topics have by default.
    /// `replication`: -1 for the broker's default. The mock keeps each event once, whatever is asked for.
    /// `validates`: only says whether it could be made.
    ///
    /// Returns the number of partitions.
    mutating func create(
        _ name: String,
        partitions: Int32,
        replication: Int16,
        validates: Bool = false
    ) throws(Refusal) -> Int32 {
        guard Self.isLegal(name) else {
            throw Refusal(
                code: Code.invalidTopic,
                reason: "a name has 1 to 249 of a–z, A–Z, 0–9, “.”, “_” and “-”"
            )
        }
        guard !isThere(name) else {
            throw Refusal(code: Code.alreadyExists, reason: "there is a topic of this name")
        }
        guard settling.stage(of: name) == nil else {
            throw Refusal(code: Code.alreadyExists, reason: "a topic of this name is being deleted")
        }
        let count = partitions == -1 ? Self.defaultPartitions : partitions
        guard (1...Self.mostPartitions).contains(count) else {
            throw Refusal(code: Code.invalidPartitions, reason: "1 to 10,000 partitions are possible")
        }
        guard replication == -1 || (1...max(1, brokerCount)).contains(Int(replication)) else {
            throw Refusal(
                code: Code.invalidReplication,
                reason: "the replication can be 1 to \(brokerCount), the number of brokers"
            )
        }
        if let former = topics[name] {
            return try restore(name, former, partitions: count, validates: validates)
        }
        guard topics.count < Self.mostTopics else {
            throw Refusal(code: Code.policyViolation, reason: "the embedded broker has 1,000 topics at most")
        }
        guard !validates else { return count }
        guard backend.make(name, partitions: Int(count)) else {
            throw Refusal(code: Code.alreadyExists, reason: "the embedded broker has it already")
        }
        topics[name] = Topic(partitions: Int(count), visible: Int(count))
        settling.note(made: name)
        return count
    }

    /// Makes a deleted topic anew.
    private mutating func restore(
        _ name: String,
        _ former: Topic,
        partitions: Int32,
        validates: Bool
    ) throws(Refusal) -> Int32 {
        guard Int(partitions) <= former.partitions else {
            throw Refusal(
                code: Code.invalidPartitions,
                reason: "a topic of this name had \(former.partitions) partitions before it was deleted; the "
                    + "embedded broker cannot give it more"
            )
        }
        guard !validates else { return partitions }
        guard let starts = backend.ends(of: name, partitions: former.partitions) else {
            throw Refusal(
                code: Code.unknownServerError,
                reason: "the embedded broker does not say where it ended"
            )
        }
        topics[name] = Topic(partitions: former.partitions, visible: Int(partitions), starts: starts)
        settling.note(made: name)
        return partitions
    }

    /// Makes a topic that somebody asks about, if it is not there and never was: one that was deleted does not come back
    /// because a client that has not noticed goes on asking.
    /// - Returns: why it could not be made, as an error code; `nil` if it is there now.
    mutating func ensure(_ name: String) -> Int16? {
        guard !isThere(name) else { return nil }
        guard topics[name] == nil else { return Code.unknownTopic }
        do {
            _ = try create(name, partitions: -1, replication: -1)
            return nil
        } catch {
            return error.code == Code.alreadyExists ? nil : error.code
        }
    }

    /// - Returns: an error code; 0 if the topic was there.
    mutating func delete(_ name: String) -> Int16 {
        guard isThere(name) else { return Code.unknownTopic }
        topics[name]?.isDeleted = true
        settling.note(deleted: name)
        return Code.none
    }

    private static func isLegal(_ name: String) -> Bool {
        (1...249).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
