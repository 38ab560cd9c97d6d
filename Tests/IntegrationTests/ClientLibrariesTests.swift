import LabCore
import LabTesting
import Testing

extension Integration {
    /// `leaklab broker` as a broker for programs that are not the lab's.
    @Suite("Client libraries on the embedded broker", .tags(.broker), .timeLimit(.minutes(2)))
    struct ClientLibrariesTests {
        private static let events = 300
        /// A first join takes three seconds, one after a kill as long as the session of the killed member lasts.
        private static let patience = Duration.seconds(60)

        @Test(
            "each joins a group, reads and commits every event, and goes on there after a kill",
            .enabled(
                if: KafkaClient.all.contains { $0.missing == nil },
                "needs any of kafka-clients, kafka-python, aiokafka, confluent-kafka, sarama"
            )
        )
        func members() async throws {
            for client in KafkaClient.all {
                if let missing = client.missing { print("\(client.name) is skipped: \(missing)") }
            }
            try await withBroker { lab, servers in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for client in KafkaClient.all where client.missing == nil {
                        group.addTask { try await Self.joinsAndRejoins(client, lab, servers) }
                    }
                    try await group.waitForAll()
                }
            }
        }

        /// Reads what is there and is killed; a second one reads what came after, and nothing twice.
        private static func joinsAndRejoins(
            _ client: KafkaClient,
            _ lab: LabFixture,
            _ servers: String
        ) async throws {
            let words = try await client.prepare(in: lab)
            let arguments =
                words.dropFirst() + [servers, client.name, "group-of-\(client.name)", "\(events)"]
            try await produce(lab, servers, client.name)
            let killed = try await lab.run(words[0], arguments + ["die"]) { member in
                defer { member.send(9) }
                try await eventually("\(client.name) reads", within: patience) {
                    member.output.contains("read ")
                }
            }
            #expect(killed.output == "read \(events)\n", "\(client.name): \(killed.account)")
            try await produce(lab, servers, client.name)
            let successor = try await lab.run(words[0], Array(arguments)) { member in
                do {
                    try await eventually("\(client.name) goes on", within: patience) {
                        member.output.contains("read ")
                    }
                } catch {
                    member.send(9)
                    throw error
                }
            }
            #expect(successor.output == "read \(events)\n", "\(client.name): \(successor.account)")
            #expect(successor.status == 0, "\(client.name): \(successor.account)")
        }

        @Test(
            "kcat lists topics, writes to one that was not there, and reads it in a group",
            .enabled(if: Foreign.hasKcat, "needs kcat (apt-get install kcat)")
        )
        func kcat() async throws {
            try await withBroker { lab, servers in
                let written = try await lab.shell(
                    "seq 1 300 | kcat -P -b \(servers) -t by-kcat -q; kcat -L -b \(servers) -J",
                    in: lab.folder
                )
                #expect(written.status == 0, "\(written.account)")
                #expect(written.output.contains("\"topic\":\"by-kcat\""), "\(written.account)")
                let member = "kcat -b \(servers) -G readers -q -c 300 -X auto.offset.reset=earliest by-kcat"
                let read = try await lab.shell("timeout 40 \(member) | sort -n | tail -1", in: lab.folder)
                #expect(read.output == "300\n", "\(read.account)")
            }
        }

        private static func produce(_ lab: LabFixture, _ servers: String, _ topic: String) async throws {
            let end = try await lab.leaklab(
                "produce",
                "--bootstrap-servers",
                servers,
                "--topic",
                topic,
                "--rate",
                "max",
                "--events",
                "\(events)"
            )
            guard end.status == 0 else { throw LabError("produce: \(end.account)") }
        }

        private func withBroker(
            _ body: @escaping @Sendable (LabFixture, String) async throws -> Void
        ) async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("broker") { broker in
                    let address = try await eventually("the broker says where it listens") {
                        broker.output.hasSuffix("\n") ? String(broker.output.dropLast()) : nil
                    }
                    try await body(lab, address)
                    #expect(broker.errors.contains("--bootstrap-servers \(address)"))
                    broker.send(15)
                }
                #expect(end.status == 0, "\(end.account)")
            }
        }
    }
}
