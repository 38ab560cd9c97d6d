import Kafka
package import LabBroker
package import LabCore
import Synchronization

/// librdkafka's mock cluster with a front before it, in this process, as long as the value.
package final class FrontedCluster: Sendable {
    /// What the front's thread makes topics with.
    private final class Mock: FrontBackend {
        /// The cluster is in this process.
        private static let patience = Duration.seconds(2)

        let cluster: MockCluster
        private let asker = Mutex<AdminClient?>(nil)

        init(brokers: Int) throws(KafkaError) { cluster = try MockCluster(brokers: brokers) }

        func make(_ name: String, partitions: Int) -> Bool {
            (try? cluster.createTopic(named: name, partitions: partitions)) != nil
        }

        func ends(of name: String, partitions: Int) -> [Int64]? {
            let places = (0..<partitions).map { TopicPartition(topic: name, partition: Int32($0)) }
            let marks = asker.withLock { asker in
                // Once somebody makes a topic again: to connect anew for each would hold up all clients.
                if asker == nil {
                    asker = try? AdminClient(ClientProperties(bootstrapServers: cluster.bootstrapServers))
                }
                return try? asker?.watermarks(of: places, timeout: Self.patience)
            }
            return marks.map { marks in places.map { marks[$0]?.high ?? 0 } }
        }
    }

    package let front: BrokerFront
    private let mock: Mock

    /// - Parameters:
    ///   - brokers: how many.
    ///   - topics: that it is to have, with their numbers of partitions.
    ///   - session: after which a group of KIP-848 gives up a silent member; the mock's own where there is none.
    ///   - settling: how long topics take that are made or deleted through the front, one after the other and over again.
    /// - Throws: ``LabError`` if ports or threads cannot be had, or a topic cannot be made.
    package init(
        brokers: Int = 1,
        topics: [(name: String, partitions: Int)],
        session: Duration? = nil,
        settling: [Duration] = []
    ) throws(LabError) {
        do {
            let mock = try Mock(brokers: brokers)
            if let session {
                mock.cluster.setGroupSession(timeout: session, heartbeat: GroupSession.heartbeat(of: session))
            }
            for topic in topics {
                try mock.cluster.createTopic(named: topic.name, partitions: topic.partitions)
            }
            self.mock = mock
        } catch {
            throw LabError("broker: \(error)")
        }
        front = try BrokerFront(
            before: Self.brokers(at: mock.cluster.bootstrapServers),
            topics: Dictionary(topics.map { ($0.name, $0.partitions) }) { first, _ in first },
            settling: TopicSettling(settling),
            assignsGroups: KafkaLibrary.hasConsumerProtocol,
            backend: mock
        )
    }

    /// The front is gone before the cluster that it stands before.
    deinit { front.stop() }

    package var addresses: BrokerAddresses {
        BrokerAddresses(front: front.bootstrapServers, direct: mock.cluster.bootstrapServers)
    }

    /// The mock numbers its brokers from 1, in the order of their addresses.
    private static func brokers(at servers: String) -> [BrokerFront.Broker] {
        servers.split(separator: ",").enumerated().compactMap { index, server in
            server.split(separator: ":").last.flatMap { Int($0) }.map {
                BrokerFront.Broker(id: Int32(index + 1), port: $0)
            }
        }
    }
}
