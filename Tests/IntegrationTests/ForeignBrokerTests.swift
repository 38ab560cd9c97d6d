import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("A broker that the lab did not start", .tags(.broker), .timeLimit(.minutes(1)))
    struct ForeignBrokerTests {
        /// `leaklab broker` in the part of somebody else's.
        private func withBroker(
            _ lab: LabFixture,
            topics: [String],
            _ body: @escaping @Sendable (String) async throws -> Void
        ) async throws {
            let topic = topics.first ?? "unused:1"
            let other = topics.dropFirst().first ?? "unused-too:1"
            let end = try await lab.leaklab("broker", "--topic", topic, "--topic", other) { broker in
                let address = try await eventually("the broker says where it listens") {
                    broker.output.hasSuffix("\n") ? String(broker.output.dropLast()) : nil
                }
                try await body(address)
                broker.send(15)
            }
            #expect(end.status == 0, "\(end.account)")
        }

        private var text: String {
            ShortScenario.text(phases: "[{duration: 5s, rate: 2000/s}]", variants: ShortScenario.twoVariants)
        }

        @Test("has topics made for a run and deleted after it, twice over")
        func madeTopics() async throws {
            try await LabFixture.with { lab in
                let path = try lab.scenario(text)
                try await withBroker(lab, topics: ["kept:3"]) { address in
                    for _ in 1...2 {
                        let end = try await lab.leaklab(
                            "run",
                            path,
                            "--bootstrap-servers",
                            address,
                            "--format",
                            "json"
                        )
                        let result = try end.result()
                        #expect(result.valid, "\(end.account)")
                        #expect(result.variants.map(\.events.produced) == [10_000, 10_000])
                        #expect(result.variants.map(\.events.processed) == [10_000, 10_000])
                        #expect(result.variants.map(\.events.lost) == [0, 0])
                        #expect(result.variants.map(\.events.duplicated) == [0, 0])
                    }
                    // What the runs made is gone: this one may make it anew, and not with more partitions.
                    let larger = try await lab.leaklab(
                        "run",
                        path,
                        "--bootstrap-servers",
                        address,
                        "--set",
                        "workload.partitions=8"
                    )
                    #expect(larger.status == 1, "\(larger.account)")
                    #expect(
                        larger.errors.contains("had 4 partitions before it was deleted"),
                        "\(larger.errors)"
                    )
                }
            }
        }

        @Test("gives up its topics only if asked, twice over")
        func reusedTopics() async throws {
            try await LabFixture.with { lab in
                let path = try lab.scenario(text)
                try await withBroker(
                    lab,
                    topics: ["player-features-per-event:4", "player-features-singleton:4"]
                ) {
                    address in
                    let refused = try await lab.leaklab("run", path, "--bootstrap-servers", address)
                    #expect(refused.status == 64, "\(refused.account)")
                    #expect(refused.errors.contains("topic “player-features-per-event” exists already"))
                    #expect(refused.errors.contains("--reuse-topics"))
                    #expect(lab.runs.isEmpty)

                    // The second run begins where the first one's events end.
                    for _ in 1...2 {
                        let end = try await lab.leaklab(
                            "run",
                            path,
                            "--bootstrap-servers",
                            address,
                            "--reuse-topics",
                            "--format",
                            "json"
                        )
                        let result = try end.result()
                        #expect(result.valid, "\(end.account)")
                        #expect(
                            result.broker == BrokerDescription(kind: "external", bootstrapServers: address)
                        )
                        #expect(result.variants.map(\.events.produced) == [10_000, 10_000])
                        #expect(result.variants.map(\.events.processed) == [10_000, 10_000])
                        #expect(result.variants.map(\.events.lost) == [0, 0])
                        #expect(result.variants.map(\.events.duplicated) == [0, 0])
                    }

                    let other = try await lab.leaklab(
                        "run",
                        path,
                        "--bootstrap-servers",
                        address,
                        "--reuse-topics",
                        "--set",
                        "workload.partitions=8"
                    )
                    #expect(other.status == 64)
                    #expect(
                        other.errors.contains("has 4 partitions, the scenario wants 8"),
                        "\(other.errors)"
                    )
                }
            }
        }

        @Test(
            "that cannot be reached ends every verb within ten seconds",
            .tags(.waiting),
            arguments: ["run", "produce", "consume"]
        )
        func unreachable(verb: String) async throws {
            try await LabFixture.with { lab in
                let subject = verb == "run" ? [try lab.scenario()] : ["--topic", "events"]
                let arguments = [verb] + subject + ["--bootstrap-servers", "127.0.0.1:1"]
                let end = try await lab.leaklab(arguments)
                #expect(end.status == 6, "\(end.account)")
                #expect(end.duration < .seconds(10))
                #expect(end.errors.contains("127.0.0.1:1"))
                #expect(end.errors.contains("Is the broker up, and reachable at that address?"))
                #expect(end.errors.split(separator: "\n").count == 2, "\(end.errors)")
                #expect(lab.runs.isEmpty)
            }
        }

        @Test("takes what is produced, and gives it to a consumer, without a run", .tags(.waiting))
        func produceAndConsume() async throws {
            try await LabFixture.with { lab in
                try await withBroker(lab, topics: ["events:4"]) { address in
                    let produced = try await lab.leaklab(
                        "produce",
                        "--bootstrap-servers",
                        address,
                        "--topic",
                        "events",
                        "--rate",
                        "max",
                        "--events",
                        "5000"
                    )
                    #expect(produced.status == 0, "\(produced.account)")
                    #expect(produced.output.hasPrefix("sent 5,000 events in "))

                    let consumed = try await lab.leaklab(
                        "consume",
                        "--bootstrap-servers",
                        address,
                        "--topic",
                        "events",
                        "--handler",
                        "per-event",
                        "--interval",
                        "200ms"
                    ) { consumer in
                        try await eventually("all events are consumed") {
                            consumer.errors.contains("5,000 events, ")
                        }
                        consumer.send(15)
                    }
                    #expect(consumed.status == 0, "\(consumed.account)")
                    #expect(consumed.errors.contains("5,000 tasks"), "\(consumed.errors)")
                }
            }
        }

        @Test("on another machine is refused unless allowed", .tags(.waiting))
        func remote() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    "run",
                    try lab.scenario(),
                    "--bootstrap-servers",
                    "kafka.example.com:9092"
                )
                #expect(end.status == 64)
                #expect(end.errors.contains("“kafka.example.com:9092” is not a loopback address"))
                #expect(end.errors.contains("--allow-remote"))
            }
        }
    }
}
