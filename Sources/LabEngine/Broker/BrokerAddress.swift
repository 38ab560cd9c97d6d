import Kafka
package import LabCore

/// Where brokers are: load on somebody else's machine must be wanted.
package enum BrokerAddress {
    /// Whether a host with or without port, brackets and a protocol in front is on this machine.
    ///
    /// Of addresses only what is written as one counts: `127.0.0.1.example.com` is anybody's name.
    package static func isLoopback(_ server: some StringProtocol) -> Bool {
        var host = String(server.split(separator: "://", maxSplits: 1).last ?? "").filter { $0 != " " }
        if host.hasPrefix("[") {
            host = String(host.dropFirst().prefix { $0 != "]" })
        } else if host.filter({ $0 == ":" }).count == 1 {
            host = String(host.prefix { $0 != ":" })
        }
        if host == "localhost" || host == "::1" { return true }
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return bytes.count == 4 && bytes[0] == 127 && !bytes.contains(nil)
    }

    /// Whether all of several, separated by commas, are on this machine.
    package static func areLoopback(_ servers: String) -> Bool {
        servers.split(separator: ",").allSatisfy(isLoopback)
    }

    static func areLoopback(_ brokers: [ClusterMetadata.Broker]) -> Bool {
        brokers.allSatisfy { isLoopback(Self.host(of: $0)) }
    }

    private static func host(of broker: ClusterMetadata.Broker) -> String {
        broker.host.contains(":") ? "[\(broker.host)]" : broker.host
    }

    /// - Parameter servers: several separated by commas.
    /// - Throws: ``LabError`` for the first that is elsewhere.
    package static func checkLoopback(_ servers: String) throws(LabError) {
        for server in servers.split(separator: ",") where !isLoopback(server) {
            throw LabError(
                "--bootstrap-servers: “\(server)” is not a loopback address",
                hint: permission,
                exitStatus: .usage
            )
        }
    }

    /// What a cluster says of itself is where its clients go, whatever address they began with.
    /// - Throws: ``LabError`` for the first broker that is elsewhere.
    static func checkLoopback(_ brokers: [ClusterMetadata.Broker]) throws(LabError) {
        for broker in brokers where !isLoopback(host(of: broker)) {
            throw LabError(
                "--bootstrap-servers: the cluster there sends its clients to “\(broker.host):\(broker.port)”, "
                    + "which is not a loopback address",
                hint: permission,
                exitStatus: .usage
            )
        }
    }

    private static let permission = "Add --allow-remote if load on that machine is wanted."
}
