package import Kafka
package import LabCore

/// Topics on a broker that is not the lab's own.
///
/// Only what was created here is ever deleted.
package struct ExternalTopics: Sendable {
    /// Short enough for an error within ten seconds of the start.
    private static let patience = Duration.seconds(8)

    private let properties: ClientProperties

    package init(servers: String, properties: [LabelledValue]) {
        var merged = ClientProperties(bootstrapServers: servers)
        for property in properties { merged[property.label] = property.value }
        self.properties = merged
    }

    /// - Returns: the topics that were created.
    /// - Throws: ``LabError``.
    func create(_ names: [String], partitions: Int, reusing: Bool) throws(LabError) -> [String] {
        do {
            let admin = try AdminClient(properties)
            let known = try admin.metadata(timeout: Self.patience)
            let missing = try names.filter { name in
                guard let topic = known.topic(named: name), topic.error == nil else { return true }
                try Self.check(topic, partitions: partitions, reusing: reusing)
                return false
            }
            try make(missing, partitions: partitions, admin)
            return missing
        } catch let error as KafkaError {
            throw Self.translated(error)
        } catch let error as LabError {
            throw error
        } catch {
            throw LabError("broker: \(error)", exitStatus: .brokerUnavailable)
        }
    }

    /// All or none.
    private func make(_ names: [String], partitions: Int, _ admin: borrowing AdminClient) throws(KafkaError) {
        for (index, name) in names.enumerated() {
            do {
                try admin.createTopic(named: name, partitions: partitions, timeout: Self.patience)
            } catch {
                delete(Array(names[..<index]))
                throw error
            }
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
        do {
            let admin = try AdminClient(properties)
            let known = try admin.metadata(timeout: Self.patience)
            if let topic = known.topic(named: name), topic.error == nil { return topic.partitionCount }
            try admin.createTopic(named: name, partitions: partitions, timeout: Self.patience)
            return partitions
        } catch {
            throw Self.translated(error)
        }
    }

    /// - Throws: ``LabError`` with exit status 6 if the broker does not answer within ten seconds.
    package func checkReachable() throws(LabError) {
        do {
            _ = try AdminClient(properties).metadata(timeout: Self.patience)
        } catch {
            throw Self.translated(error)
        }
    }

    func delete(_ names: [String]) {
        guard !names.isEmpty, let admin = try? AdminClient(properties) else { return }
        for name in names { try? admin.deleteTopic(named: name, timeout: Self.patience) }
    }

    /// Where each partition of a topic ends now.
    func endOffsets(of topic: String, partitions: Int) throws(LabError) -> [Int64] {
        do {
            let admin = try AdminClient(properties)
            let places = (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
            let marks = try admin.watermarks(of: places, timeout: Self.patience)
            return places.map { marks[$0]?.high ?? 0 }
        } catch {
            throw Self.translated(error)
        }
    }

    /// Where each partition of a topic begins now: what lies before is gone.
    func startOffsets(of topic: String, partitions: Int) -> [Int64]? {
        let places = (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
        guard let admin = try? AdminClient(properties),
            let marks = try? admin.watermarks(of: places, timeout: Self.patience)
        else { return nil }
        return places.map { marks[$0]?.low ?? 0 }
    }

    package static func translated(_ error: KafkaError) -> LabError {
        LabError(
            error.description,
            hint: error.isUnreachable ? "Is the broker up, and reachable at that address?" : nil,
            exitStatus: error.isUnreachable ? .brokerUnavailable : .labFailed
        )
    }
}
