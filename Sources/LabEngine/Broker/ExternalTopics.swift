import Kafka
package import LabCore

/// Topics on a broker that is not the lab's own.
///
/// Only what was created here is ever deleted. Every question is asked with ``ClusterPatience``.
package struct ExternalTopics: Sendable {
    private let connect: @Sendable () throws(KafkaError) -> any TopicKeeper
    private let time: ClusterTime
    private let patience: ClusterPatience
    private let allowsRemote: Bool
    private let excess: LabError?

    /// So long a topic may be there that was deleted a moment ago, as by the repetition before.
    private static let settling = ClusterPatience(limit: .seconds(2))

    /// So long a topic may take that another process makes.
    private static let longestWait = ClusterPatience(limit: .seconds(30), pause: .milliseconds(200))

    /// - Parameters:
    ///   - servers: where the cluster is.
    ///   - properties: of the client, over the lab's own.
    ///   - allowsRemote: brokers that are not on a loopback address may be used as others are.
    ///   - excess: why the load is too much for such brokers; `nil` if it is not.
    package init(
        servers: String,
        properties: [LabelledValue],
        allowsRemote: Bool = false,
        excess: LabError? = nil
    ) {
        self.init(
            servers: servers,
            properties: properties,
            allowsRemote: allowsRemote,
            excess: excess,
            ClusterPatience()
        )
    }

    /// For one who can do without an answer: nothing is asked for longer than a second.
    static func impatient(servers: String) -> ExternalTopics {
        ExternalTopics(
            servers: servers,
            properties: [],
            allowsRemote: false,
            excess: nil,
            ClusterPatience(limit: .seconds(1))
        )
    }

    private init(
        servers: String,
        properties: [LabelledValue],
        allowsRemote: Bool,
        excess: LabError?,
        _ patience: ClusterPatience
    ) {
        var merged = ClientProperties(bootstrapServers: servers)
        for property in properties { merged[property.label] = property.value }
        let all = merged
        self.init(on: .system, allowsRemote: allowsRemote, excess: excess, patience) {
            () throws(KafkaError) in
            try ClusterTopics(all)
        }
    }

    init(
        on time: ClusterTime,
        allowsRemote: Bool = false,
        excess: LabError? = nil,
        _ patience: ClusterPatience = ClusterPatience(),
        connect: @escaping @Sendable () throws(KafkaError) -> any TopicKeeper
    ) {
        self.time = time
        self.patience = patience
        self.allowsRemote = allowsRemote
        self.excess = excess
        self.connect = connect
    }

    /// Makes topics, all or none.
    /// - Parameters:
    ///   - names: of the topics.
    ///   - partitions: that each is to have.
    ///   - settings: of those that are made.
    ///   - isReusing: topics that are there may be used.
    /// - Returns: the topics that were created.
    /// - Throws: ``LabError``.
    func create(
        _ names: [String],
        partitions: Int,
        with settings: TopicSettings = TopicSettings(),
        reusing isReusing: Bool
    ) throws(LabError) -> [String] {
        do {
            let cluster = try admitted()
            // Unwanted ones may be on their way out.
            let present = try topics(names, on: cluster, until: { isReusing || $0.isEmpty }, Self.settling)
            for topic in present { try Self.check(topic, partitions: partitions, reusing: isReusing) }
            let missing = names.filter { name in !present.contains { $0.name == name } }
            try make(missing, partitions: partitions, with: settings, cluster)
            return missing
        } catch {
            throw error as? LabError ?? (error as? KafkaError).map { LabError($0) }
                ?? LabError("broker: \(error)", exitStatus: .brokerUnavailable)
        }
    }

    /// Those of the topics that are there, asked until they are as they should be or the patience is at its end.
    private func topics(
        _ names: [String],
        on cluster: any TopicKeeper,
        until areRight: ([ClusterMetadata.Topic]) -> Bool,
        _ patience: ClusterPatience
    ) throws(KafkaError) -> [ClusterMetadata.Topic] {
        let start = time.now()
        while true {
            let known = try metadata(of: cluster)
            let present = names.compactMap { known.topic(named: $0) }.filter { $0.error == nil }
            guard !areRight(present), time.now() - start + patience.pause < patience.limit else {
                return present
            }
            time.pause(patience.pause)
        }
    }

    private func metadata(of cluster: any TopicKeeper) throws(KafkaError) -> ClusterMetadata {
        try patience.asking(.metadata, on: time) { left throws(KafkaError) in
            try cluster.metadata(timeout: left)
        }
    }

    /// All or none.
    private func make(
        _ names: [String],
        partitions: Int,
        with settings: TopicSettings,
        _ cluster: any TopicKeeper
    ) throws(KafkaError) {
        for (index, name) in names.enumerated() {
            do throws(KafkaError) {
                try make(name, partitions: partitions, with: settings, cluster)
            } catch {
                delete(Array(names[..<index]))
                throw error
            }
        }
    }

    /// With the broker's default of replicas where nothing else is asked for; one replica where the broker has no
    /// default (before Kafka 2.4, KIP-464).
    private func make(
        _ name: String,
        partitions: Int,
        with settings: TopicSettings,
        _ cluster: any TopicKeeper
    ) throws(KafkaError) {
        func make(_ replication: Int) throws(KafkaError) {
            try patience.asking(.creation, on: time) { left throws(KafkaError) in
                try cluster.create(
                    name,
                    partitions: partitions,
                    replication: replication,
                    config: settings.config,
                    timeout: left
                )
            }
        }
        do throws(KafkaError) {
            try make(settings.replication ?? TopicSettings.brokersDefault)
        } catch {
            guard settings.replication == nil, error.refusesDefaultReplication else { throw error }
            try make(1)
        }
    }

    private static func check(_ topic: ClusterMetadata.Topic, partitions: Int, reusing: Bool) throws(LabError)
    {
        guard reusing else {
            throw LabError(
                "topic “\(topic.name)” exists already",
                hint: "Use another topic name, or --reuse-topics if its events may be read and added to.",
                exitStatus: .usage
            )
        }
        guard topic.partitionCount == partitions else {
            throw LabError(
                "topic “\(topic.name)” has \(topic.partitionCount) partitions, the scenario wants \(partitions)",
                exitStatus: .usage
            )
        }
    }

    /// Makes the topic unless it is there.
    /// - Returns: its number of partitions.
    func ensure(_ name: String, partitions: Int) throws(LabError) -> Int {
        let cluster = try admitted()
        do throws(KafkaError) {
            let known = try metadata(of: cluster)
            if let topic = known.topic(named: name), topic.error == nil { return topic.partitionCount }
            try make(name, partitions: partitions, with: TopicSettings(), cluster)
            return partitions
        } catch {
            throw LabError(error)
        }
    }

    /// - Throws: ``LabError`` with exit status 6 if the cluster does not answer within ten seconds.
    package func checkReachable() throws(LabError) { _ = try admitted() }

    /// Waits for a topic that somebody else makes.
    /// - Throws: ``LabError`` with exit status 6 if the cluster does not answer within ten seconds, or does not name the
    ///   topic in half a minute: a client without the right to describe a topic does not see it.
    package func require(_ name: String) throws(LabError) {
        let cluster = try admitted()
        let isThere: Bool
        do throws(KafkaError) {
            isThere = try !topics([name], on: cluster, until: { !$0.isEmpty }, Self.longestWait).isEmpty
        } catch {
            throw LabError(error)
        }
        guard !isThere else { return }
        throw LabError(
            "topic “\(name)”: not there after \(Self.longestWait.limit.text), or not to be seen by this client",
            hint: "Make it first, as “\(Program.name) produce” does, or see docs/brokers.md for the rights.",
            exitStatus: .brokerUnavailable
        )
    }

    /// The cluster, once it has answered.
    /// - Throws: ``LabError`` with exit status 6 if it does not within ten seconds, and for usage if its brokers are
    ///   elsewhere and that is not allowed, or not with so much load.
    private func admitted() throws(LabError) -> any TopicKeeper {
        let (cluster, known): (any TopicKeeper, ClusterMetadata)
        do throws(KafkaError) {
            cluster = try connect()
            known = try metadata(of: cluster)
        } catch {
            throw LabError(error)
        }
        if !allowsRemote { try BrokerAddress.checkLoopback(known.brokers) }
        if let excess, !BrokerAddress.areLoopback(known.brokers) { throw excess }
        return cluster
    }

    /// Deletes topics, and waits until the cluster no longer names them.
    /// - Returns: those that are still there, or may be.
    @discardableResult
    func delete(_ names: [String]) -> [String] {
        guard !names.isEmpty else { return [] }
        guard let cluster = try? connect() else { return names }
        for name in names {
            do throws(KafkaError) {
                try patience.asking(.deletion, on: time) { left throws(KafkaError) in
                    try cluster.delete(name, timeout: left)
                }
            } catch {
                // What cannot be asked for the first topic cannot for the others.
                if error.isUnreachable { return names }
            }
        }
        let left = try? topics(names, on: cluster, until: \.isEmpty, patience)
        return left.map { $0.map(\.name) } ?? names
    }

    /// Where each partition of a topic ends now.
    /// - Throws: ``LabError`` with exit status 6 if the broker does not answer in time.
    package func endOffsets(of topic: String, partitions: Int) throws(LabError) -> [Int64] {
        do throws(KafkaError) {
            return try watermarks(of: topic, partitions: partitions).map { $0?.high ?? 0 }
        } catch {
            throw LabError(error)
        }
    }

    /// Where each partition of a topic begins now: what lies before is gone.
    func startOffsets(of topic: String, partitions: Int) -> [Int64]? {
        try? watermarks(of: topic, partitions: partitions).map { $0?.low ?? 0 }
    }

    private func watermarks(of topic: String, partitions: Int) throws(KafkaError) -> [Watermarks?] {
        let cluster = try connect()
        let places = (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
        let marks = try patience.asking(.offsets, on: time) { left throws(KafkaError) in
            try cluster.watermarks(of: places, timeout: left)
        }
        return places.map { marks[$0] }
    }
}

extension KafkaError {
    /// The broker is too old for a default, or has one that it cannot fulfil.
    fileprivate var refusesDefaultReplication: Bool {
        code == .unsupportedFeature || code == .invalidReplication || code == .invalidArgument
    }
}
