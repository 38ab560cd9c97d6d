import LabCore
import LabTesting
import Testing

extension Integration {
    /// Scenarios whose phases disturb the embedded broker.
    @Suite("A broker that fails", .tags(.broker), .timeLimit(.minutes(2)))
    struct BrokerOutageTests {
        private static let outage = """
            [{name: calm, duration: 3s, rate: 1000/s}, \
            {name: outage, duration: 3s, rate: 1000/s, world: {broker: down}}, \
            {name: limp, duration: 2s, rate: 1000/s, world: {broker: errors NOT_LEADER_OR_FOLLOWER 50%}}, \
            {name: after, duration: 4s, rate: 1000/s}]
            """

        @Test("pods cannot read while it is down, and read everything once it is back")
        func outage() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(phases: Self.outage, variants: ShortScenario.twoVariants)
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                for variant in result.variants {
                    #expect(variant.events.produced == 12_000 && variant.events.processed == 12_000)
                    #expect(variant.events.lost == 0 && variant.lag.final == 0)
                    #expect(variant.lag.peak >= 2_500, "\(variant.name) was cut off for three seconds")
                }
                let changes = try #require(lab.recording()).timeline.filter { $0.object == "world/broker" }
                #expect(changes.first?.message == "normal → down", "\(changes)")
                #expect(changes.count == 3, "\(changes)")
            }
        }

        @Test("only the embedded broker can be made to fail")
        func external() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(phases: Self.outage, variants: ShortScenario.twoVariants)
                let end = try await lab.leaklab(
                    "run",
                    try lab.scenario(text),
                    "--bootstrap-servers",
                    "127.0.0.1:1"
                )
                #expect(end.status == 4, "\(end.account)")
                #expect(end.errors.contains("workload.phases.outage.world.broker"), "\(end.errors)")
                #expect(lab.runs.isEmpty)
            }
        }
    }
}
