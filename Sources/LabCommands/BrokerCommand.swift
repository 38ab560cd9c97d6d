import ArgumentParser
import CPlatform
import Foundation
import LabCore
import LabEngine
import LabSelfTest
import LabTelemetry

/// A broker for the laboratory: librdkafka's mock cluster behind a front, in a process of its own.
struct BrokerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "Run an embedded broker on 127.0.0.1 until it is interrupted.",
        discussion: """
            It keeps 5 MiB or 100,000 batches for each partition, in memory, and takes any Kafka client.
            Topics are made and deleted on request; one that is made on first use has 4 partitions.

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

    @Option(
        help: ArgumentHelp(
            "Take so long until a new topic has leaders and a deleted one is gone, as a cluster does.",
            valueName: "duration"
        )
    )
    var settle: String?

    @Option(
        help: ArgumentHelp(
            "Give up a silent member of a group of the “consumer” protocol after so long (default: 30s).",
            valueName: "duration"
        )
    )
    var groupSession: String?

    @Option(help: ArgumentHelp("Write the address into this file, once it can be used.", valueName: "file"))
    var announce: String?

    @Option(
        help: ArgumentHelp(
            "Write the address of the mock cluster behind the front into this file.",
            valueName: "file",
            visibility: .hidden
        )
    )
    var announceDirect: String?

    @Option(
        help: ArgumentHelp(
            "Do what this file says, such as “down”.",
            valueName: "file",
            visibility: .hidden
        )
    )
    var condition: String?

    @Option(
        help: ArgumentHelp(
            "Write the time into this file again and again.",
            valueName: "file",
            visibility: .hidden
        )
    )
    var heartbeat: String?

    @Option(
        help: ArgumentHelp(
            "Be at fault as in this cell of a fault campaign.",
            valueName: "cell",
            visibility: .hidden
        )
    )
    var fault: String?

    @Option(
        help: ArgumentHelp(
            "Write into this file how many requests the fault has hit.",
            valueName: "file",
            visibility: .hidden
        )
    )
    var faultCount: String?

    func run() throws {
        guard cplatform_install_stop_flag() else { throw LabError("the stop signals cannot be caught") }
        let heartbeat = try heartbeat.map { path in
            try Heartbeat.create(at: path)
            return try Heartbeat.open(at: path)
        }
        let cluster = try FrontedCluster(
            topics: topics.map(Self.parse),
            session: session(),
            settling: settling()
        )
        let addresses = cluster.addresses
        let faults = fault.flatMap { FaultThread($0, front: cluster.front, countPath: faultCount) }
        if let announceDirect { try Announcement.write(addresses.direct, to: announceDirect) }
        if let announce {
            try Announcement.write(addresses.front, to: announce)
        } else {
            try StandardOutput.write(addresses.front + "\n")
            StandardError.write(line: Self.nextSteps(addresses.front))
        }
        let follower = condition.map { BrokerCondition.follow($0, front: cluster.front) }
        // The cluster would otherwise end after its last use above.
        withExtendedLifetime(cluster) {
            while !cplatform_stop_requested() {
                heartbeat?.beat()
                Thread.sleep(forTimeInterval: 0.1)
            }
            follower?.stop()
            follower?.join()
            faults?.stop()
        }
    }

    private func session() throws(LabError) -> Duration? {
        guard let groupSession else { return nil }
        guard let session = Duration(parsing: groupSession), session >= .seconds(1),
            session <= .seconds(1_800)
        else {
            throw LabError(
                "--group-session: “\(groupSession)” is no duration of 1 s to 30 m",
                hint: "Write 6s or 45s.",
                exitStatus: .usage
            )
        }
        return session
    }

    private func settling() throws(LabError) -> [Duration] {
        guard let settle else { return [] }
        guard let pause = Duration(parsing: settle), pause >= .zero else {
            throw LabError(
                "--settle: “\(settle)” is no duration",
                hint: "Write 500ms or 3s.",
                exitStatus: .usage
            )
        }
        return [pause]
    }

    private static func nextSteps(_ servers: String) -> String {
        """
        The broker is up. In another terminal:
          \(Program.name) run service-per-event --quick --bootstrap-servers \(servers)
        Any Kafka client can use it at \(servers); topics are made on request and on first use.
        Ctrl-C ends it, and all that it holds goes with it.
        """
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
