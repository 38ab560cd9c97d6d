import Foundation
import LabCore
import LabTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Integration {
    @Suite("A consumer group", .tags(.slow), .timeLimit(.minutes(5)))
    struct ConsumerGroupTests {
        @Test(
            "a member is killed and comes back: rebalances are told with their stalls, and nothing is lost",
            .enabled("a consumer group needs 60 s: set LEAKLAB_TEST_SLOW=1") {
                ProcessInfo.processInfo.environment["LEAKLAB_TEST_SLOW"] == "1"
            },
            .serialized,
            arguments: ["cooperative-sticky", "range"]
        )
        func rebalance(assignor: String) async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(
                    phases: "[{duration: 65s, rate: 500/s}]",
                    variants: ShortScenario.twoVariants,
                    more: """
                        pods:
                          replicas: 2
                          assignment: group
                          assignor: \(assignor)
                          restart: {policy: always, backOff: 1s, longestBackOff: 1s}
                        """
                )
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json") { _ in
                    try await lab.eventsFlow(5_000)
                    try await lab.process("pod", named: "singleton-0").send(SIGKILL)
                }
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let variant = try result.variant("singleton")
                #expect(variant.events.lost == 0)
                #expect(variant.events.processed == 32_500)
                #expect(variant.lag.final == 0)
                let rebalances = try #require(lab.recording()).timeline.filter { $0.reason == "Rebalanced" }
                #expect(rebalances.contains { $0.object == "pod/singleton-0" }, "\(rebalances)")
                #expect(rebalances.contains { $0.message.contains("stood still for") })
            }
        }

        @Test(
            "two replicas in a consumer group, eight events at once, lose nothing",
            .enabled("a consumer group needs 60 s: set LEAKLAB_TEST_SLOW=1") {
                ProcessInfo.processInfo.environment["LEAKLAB_TEST_SLOW"] == "1"
            }
        )
        func consumerGroup() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(
                    phases: "[{duration: 65s, rate: 500/s}]",
                    variants: ShortScenario.twoVariants,
                    more: "pods: {replicas: 2, assignment: group, concurrency: 8}"
                )
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json")
                #expect(end.status == 0, "\(end.account)")
                for variant in try end.result().variants {
                    #expect(variant.events.processed == 32_500)
                    #expect(variant.events.lost == 0)
                    #expect(variant.pods.count == 2)
                }
            }
        }
    }
}
