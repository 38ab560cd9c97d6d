import Foundation
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("A consumer group", .tags(.slow), .timeLimit(.minutes(3)))
    struct ConsumerGroupTests {
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
