/// Requests of Kafka's protocol, by their number there, and what the front takes of them.
///
/// The versions are those that librdkafka 2.0.2's mock cluster answers as the protocol has it
/// (rdkafka_mock_handlers.c), which later releases do as well, and only those that are not flexible; with the front's own
/// answers some go further. From version 4 on its answers to ListOffsets have eight bytes for the leader's epoch in
/// place of four, which librdkafka alone reads.
package struct KafkaRequest: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int16

    package init(rawValue: Int16) { self.rawValue = rawValue }

    package static let produce = KafkaRequest(rawValue: 0)
    package static let fetch = KafkaRequest(rawValue: 1)
    package static let listOffsets = KafkaRequest(rawValue: 2)
    package static let metadata = KafkaRequest(rawValue: 3)
    package static let offsetCommit = KafkaRequest(rawValue: 8)
    package static let offsetFetch = KafkaRequest(rawValue: 9)
    package static let findCoordinator = KafkaRequest(rawValue: 10)
    package static let joinGroup = KafkaRequest(rawValue: 11)
    package static let heartbeat = KafkaRequest(rawValue: 12)
    package static let leaveGroup = KafkaRequest(rawValue: 13)
    package static let syncGroup = KafkaRequest(rawValue: 14)
    package static let apiVersions = KafkaRequest(rawValue: 18)
    package static let createTopics = KafkaRequest(rawValue: 19)
    package static let deleteTopics = KafkaRequest(rawValue: 20)
    package static let initProducerID = KafkaRequest(rawValue: 22)
    package static let consumerGroupHeartbeat = KafkaRequest(rawValue: 68)

    /// A request, and the versions of it that are taken.
    struct Offer: Hashable, Sendable {
        let request: KafkaRequest
        let versions: ClosedRange<Int16>
    }

    /// What the front takes before every mock, from version 0 on.
    static let supported: [Offer] =
        ([
            (.produce, 7), (.fetch, 11), (.listOffsets, 3), (.metadata, 12), (.offsetCommit, 7),
            (.offsetFetch, 5),
            (.findCoordinator, 2), (.joinGroup, 5), (.heartbeat, 3), (.leaveGroup, 1), (.syncGroup, 3),
            (.apiVersions, 4), (.createTopics, 7), (.deleteTopics, 5), (.initProducerID, 1),
            (KafkaRequest(rawValue: 24), 1),  // AddPartitionsToTxn
            (KafkaRequest(rawValue: 25), 1),  // AddOffsetsToTxn
            (KafkaRequest(rawValue: 26), 1),  // EndTxn
            (KafkaRequest(rawValue: 28), 2),  // TxnOffsetCommit
        ] as [(KafkaRequest, Int16)]).map { Offer(request: $0.0, versions: 0...$0.1) }

    /// What it hands on besides before a mock that assigns the partitions of groups itself (KIP-848).
    static let ofAssignedGroups = [Offer(request: .consumerGroupHeartbeat, versions: 1...1)]

    func isOffered(in version: Int16, among offers: [Offer]) -> Bool {
        offers.contains { $0.request == self && $0.versions.contains(version) }
    }

    /// The first version whose fields are compact and tagged, of those that the front reads.
    private var firstFlexible: Int16 {
        switch self {
        case .metadata: 9
        case .apiVersions: 3
        case .createTopics: 5
        case .deleteTopics: 4
        case .consumerGroupHeartbeat: 0
        default: .max
        }
    }

    func isFlexible(in version: Int16) -> Bool { version >= firstFlexible }
}
