package import Kafka
package import LabCore

/// Topics on a broker that is not the lab's own.
///
/// Only what was created here is ever deleted. Every question is asked with ``ClusterPatience``.
package struct ExternalTopics: Sendable {
    private let connect: @Sendable () throws(KafkaError) -> any TopicKeeper
    private let time: ClusterTime
    private let patience = ClusterPatience()

    /// So long a topic may be there that was deleted a moment ago, as by the repetition before.
    private static let settling = ClusterPatience(limit: .seconds(2))

    package init(servers: String, properties: [LabelledValue]) {
        var merged = ClientProperties(bootstrapServers: servers)
        for property in properties { merged[property.label] = property.value }
        let all = merged
        self.init(on: .system) { () throws(KafkaError) in try ClusterTopics(all) }
    }

    init(on time: ClusterTime, connect: @escaping @Sendable () throws(KafkaError) -> any TopicKeeper) {
        self.time = time
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
            let cluster = try connect()
            let present = try topics(names, on: cluster, areUnwanted: !isReusing)
            for topic in present { try Self.check(topic, partitions: partitions, reusing: isReusing) }
            let missing = names.filter { name in !present.contains { $0.name == name } }
            try make(missing, partitions: partitions, with: settings, cluster)
            return missing
        } catch let error as KafkaError {
            throw Self.translated(error)
        } catch let error as LabError {
            throw error
        } catch {
            throw LabError("broker: \(error)", exitStatus: .brokerUnavailable)
        }
    }

    /// Those of the topics that are there.
    ///
    /// Unwanted ones are looked at again for a moment, since they may be on their way out.
    private func topics(
        _ names: [String],
        on cluster: any TopicKeeper,
        areUnwanted: Bool
    ) throws(KafkaError) -> [ClusterMetadata.Topic] {
        let start = time.now()
        while true {
            let known = try metadata(of: cluster)
            let present = names.compactMap { known.topic(named: $0) }.filter { $0.error == nil }
            let elapsed = time.now() - start
            guard areUnwanted, !present.isEmpty,
                let pause = Self.settling.pause(after: .topicAlreadyExists, to: .creation, elapsed: elapsed)
            else { return present }
            time.pause(pause)
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
        do throws(KafkaError) {
            let cluster = try connect()
            let known = try metadata(of: cluster)
            if let topic = known.topic(named: name), topic.error == nil { return topic.partitionCount }
            try make(name, partitions: partitions, with: TopicSettings(), cluster)
            return partitions
        } catch {
            throw Self.translated(error)
        }
    }

    /// - Throws: ``LabError`` with exit status 6 if the broker does not answer within ten seconds.
    package func checkReachable() throws(LabError) {
        do throws(KafkaError) {
            _ = try metadata(of: connect())
        } catch {
            throw Self.translated(error)
        }
    }

    /// Deletes topics, and waits until the cluster no longer names them.
    func delete(_ names: [String]) {
        guard !names.isEmpty, let cluster = try? connect() else { return }
        for name in names {
            do throws(KafkaError) {
                try patience.asking(.deletion, on: time) { left throws(KafkaError) in
                    try cluster.delete(name, timeout: left)
                }
            } catch {
                // What cannot be asked for the first topic cannot for the others.
                if error.isUnreachable { return }
            }
        }
        awaitAbsence(of: names, cluster)
    }

    private func awaitAbsence(of names: [String], _ cluster: any TopicKeeper) {
        let start = time.now()
        while let known = try? metadata(of: cluster),
            names.contains(where: { known.topic(named: $0) != nil }),
            let pause = patience.pause(
                after: .topicAlreadyExists,
                to: .creation,
                elapsed: time.now() - start
            )
        {
            time.pause(pause)
        }
    }

    /// Where each partition of a topic ends now.
    func endOffsets(of topic: String, partitions: Int) throws(LabError) -> [Int64] {
        do throws(KafkaError) {
            return try watermarks(of: topic, partitions: partitions).map { $0?.high ?? 0 }
        } catch {
            throw Self.translated(error)
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

    package static func translated(_ error: KafkaError) -> LabError {
        LabError(
            error.description,
            hint: error.isUnreachable ? "Is the broker up, and reachable at that address?" : nil,
            exitStatus: error.isUnreachable ? .brokerUnavailable : .labFailed
        )
    }
}

extension KafkaError {
    /// The broker is too old for a default, or has one that it cannot fulfil.
    fileprivate var refusesDefaultReplication: Bool {
        code == .unsupportedFeature || code == .invalidReplication || code == .invalidArgument
    }
}
