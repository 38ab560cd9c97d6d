import ArgumentParser
import CPlatform
import Foundation
import Kafka
import LabCore
import LabEngine
import LabTelemetry

/// A broker for the laboratory: librdkafka's mock cluster in a process of its own.
struct BrokerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "Run an embedded broker on 127.0.0.1 until it is interrupted.",
        discussion: """
            It keeps 5 MiB or 100,000 batches for each partition, in memory, and takes any Kafka client.

            Example:
              \(Program.name) broker --topic events:8
            """
    )

    @Option(
        name: .customLong("topic"),
        parsing: .singleValue,
        help: ArgumentHelp(
            "Create a topic with so many partitions; may be repeated.",
            valueName: "name:partitions"
        )
    )
    var topics: [String] = []

    @Option(help: ArgumentHelp("Write the address into this file, once it can be used.", valueName: "file"))
    var announce: String?

    @Option(
        help: ArgumentHelp(
            "Write the time into this file again and again.",
            valueName: "file",
            visibility: .hidden
        )
    )
    var heartbeat: String?

    func run() throws {
        guard cplatform_install_stop_flag() else { throw LabError("the stop signals cannot be caught") }
        let heartbeat = try heartbeat.map { path in
            try Heartbeat.create(at: path)
            return try Heartbeat.open(at: path)
        }
        let cluster = try MockCluster(brokers: 1)
        for topic in topics {
            let (name, partitions) = try Self.parse(topic)
            try cluster.createTopic(named: name, partitions: partitions)
        }
        if let announce {
            try Announcement.write(cluster.bootstrapServers, to: announce)
        } else {
            try StandardOutput.write(cluster.bootstrapServers + "\n")
        }
        // The cluster would otherwise end after its last use above.
        withExtendedLifetime(cluster) {
            while !cplatform_stop_requested() {
                heartbeat?.beat()
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
    }

    private static func parse(_ text: String) throws -> (name: String, partitions: Int) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.first, !name.isEmpty else {
            throw LabError("--topic: “\(text)” is not name:partitions", exitStatus: .usage)
        }
        guard parts.count == 2 else { return (String(name), 1) }
        guard let partitions = Int(parts[1]), (1...10_000).contains(partitions) else {
            throw LabError("--topic: “\(parts[1])” partitions; 1 to 10,000 are possible", exitStatus: .usage)
        }
        return (String(name), partitions)
    }
}
