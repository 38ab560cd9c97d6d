import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("A pod runs out of descriptors", .tags(.waiting), .timeLimit(.minutes(1)))
    struct DescriptorLimitTests {
        private static let limit = 256
        private static let events = 360

        private var text: String {
            """
            title: A client for every request
            incident: client-per-request
            workload:
              topic: player-requests
              partitions: 4
              phases: [{duration: 9s, rate: 40/s}]
            verdict: {warmUp: 1s, hold: 500ms}
            variants:
              - {name: client-per-request}
              - {name: shared-client, control: true}
            """
        }

        @Test("each event that gets no connection fails, and the pod goes on")
        func failedEvents() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    "run",
                    try lab.scenario(text),
                    "--format",
                    "json",
                    openFiles: Self.limit
                )
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let suspect = try result.variant("client-per-request")
                let connections = try #require(suspect.metrics.first { $0.name == "connections" })
                #expect(connections.peak < Double(Self.limit))
                #expect(suspect.events.failed == Self.events - Int(connections.peak))
                #expect(suspect.events.failed ?? 0 > 0)
                for variant in result.variants {
                    #expect(variant.events.processed == Self.events && variant.events.lost == 0)
                    #expect(variant.pods.flatMap(\.exits).map(\.reason) == ["Completed"])
                }
                #expect(try result.variant("shared-client").events.failed == 0)
            }
        }
    }
}
