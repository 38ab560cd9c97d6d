package import LabCore
import LabTelemetry

/// What stands before the embedded broker, so that any Kafka client can use it.
///
/// The broker is librdkafka's mock cluster, which many clients cannot talk to: it answers newer ApiVersions requests in
/// a way that only librdkafka reads, knows Metadata up to version 2 in older releases, has no controller, and neither
/// makes nor deletes topics on request. The front answers these itself, puts its own addresses where the mock's would
/// be, and hands on everything else byte for byte. It also applies ``BrokerFault``s.
///
/// It listens on 127.0.0.1 alone. One thread does all its work; the methods may be called from any.
package final class BrokerFront: Sendable {
    /// A broker to stand before.
    package struct Broker: Hashable, Sendable {
        package let id: Int32
        /// Where it listens on 127.0.0.1.
        package let port: Int

        package init(id: Int32, port: Int) {
            (self.id, self.port) = (id, port)
        }
    }

    /// What clients take as `bootstrap.servers`: 127.0.0.1 and a port of its own for each broker.
    package let bootstrapServers: String
    private let control: FrontControl
    private let traffic = FrontTraffic()
    private let thread = PeriodicThread("front", every: .seconds(1))

    /// Listens, and begins to work.
    /// - Parameters:
    ///   - brokers: of one cluster.
    ///   - topics: those that the cluster has already, with their numbers of partitions.
    ///   - settling: how long new and deleted topics take.
    ///   - assignsGroups: the cluster knows groups whose partitions the broker assigns (KIP-848).
    ///   - backend: makes topics in the cluster.
    /// - Throws: ``LabError`` if ports or descriptors cannot be had.
    package init(
        before brokers: [Broker],
        topics: [String: Int],
        settling: TopicSettling = TopicSettling(),
        assignsGroups: Bool = false,
        backend: any FrontBackend
    ) throws(LabError) {
        var doors: [FrontDoor] = []
        for broker in brokers { doors.append(try FrontDoor(before: broker.id, at: broker.port)) }
        control = try FrontControl()
        bootstrapServers = doors.map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
        let scene = FrontScene(
            ports: Dictionary(doors.map { ($0.broker, $0.port) }) { first, _ in first },
            topics: TopicRegistry(
                existing: topics,
                brokerCount: brokers.count,
                settling: settling,
                backend: backend
            ),
            traffic: traffic,
            assignsGroups: assignsGroups
        )
        let loop = FrontLoop(doors, scene, control)
        thread.start { _ in loop.run() }
    }

    deinit { control.stop() }

    /// Puts these faults in the place of those that apply now, for every request that comes after the call.
    ///
    /// Their times begin, and their counts are zero.
    package func apply(_ faults: [BrokerFault]) { control.apply(faults) }

    /// What has come so far.
    package var counts: FrontCounts { traffic.counts }

    /// Closes all connections and returns once that is done.
    package func stop() {
        control.stop()
        thread.join()
    }
}
