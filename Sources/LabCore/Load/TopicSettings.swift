/// How the topics of a run are made on an external broker; the embedded one keeps one replica of everything.
package struct TopicSettings: Hashable, Sendable, Codable {
    /// Replicas of each partition; `nil` for the broker's default.
    package var replication: Int?
    /// Topic configuration such as `min.insync.replicas`, in the file's order.
    package var config: [LabelledValue]

    /// What the protocol calls the broker's default of replicas (KIP-464).
    package static let brokersDefault = -1

    package init(replication: Int? = nil, config: [LabelledValue] = []) {
        self.replication = replication
        self.config = config
    }
}
