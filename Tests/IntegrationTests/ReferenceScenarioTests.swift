import Foundation
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("The reference scenario")
    struct ReferenceScenarioTests {
        @Test("tells the variant that leaks from both that do not, in the contract's document")
        func contract() async throws {
            try await LabFixture.with { lab in
                let expectations = """
                    expect:
                      - valid == true
                      - per-event.verdict == leaking
                      - singleton.verdict == bounded
                    """
                let end = try await lab.leaklab(
                    "run", try lab.scenario(ShortScenario.text(more: expectations)), "--format", "json"
                )
                #expect(end.status == 0, "\(end.account)")
                #expect(try missingKeys(in: end.output) == [])

                let result = try end.result()
                #expect(result.valid && result.invalidBecause.isEmpty)
                #expect(result.broker.kind == "embedded")
                #expect(result.expectations.map(\.met) == [true, true, true])
                for variant in result.variants {
                    #expect(variant.events.produced == 14_000)
                    #expect(variant.events.processed == 14_000)
                    #expect(variant.events.lost == 0)
                    #expect(variant.lag.final == 0)
                    #expect(variant.pods.map(\.exits.count) == [1])
                }
                try expectLeak(result.variant("per-event"))
                try expectNoLeak(result.variant("per-event-stopped"))
                try expectNoLeak(result.variant("singleton"))
            }
        }

        private func expectLeak(_ variant: VariantResult) throws {
            #expect(variant.verdict == .leaking && variant.flagged)
            #expect(variant.tasks.end == 14_000)
            #expect(abs(try #require(variant.tasks.perEvent).estimate - 1) < 0.03)
            let heap = try #require(variant.heap.bytesPerEvent).estimate
            #expect((18_000...24_000).contains(heap))
            #expect(try #require(variant.timeToOOM.seconds) > 0)
        }

        private func expectNoLeak(_ variant: VariantResult) throws {
            #expect(variant.verdict == .bounded && !variant.flagged, "\(variant.because)")
            #expect(abs(try #require(variant.tasks.perEvent).estimate) < 0.001)
            #expect(variant.timeToOOM.seconds == nil)
        }

        @Test("ends with status 2 if suspect and control are mixed up")
        func swappedHandlers() async throws {
            try await LabFixture.with { lab in
                let variants = """
                      - {name: suspected, role: suspect, handler: singleton}
                      - {name: trusted, role: fix, handler: per-event, control: true}
                    """
                let end = try await lab.leaklab(
                    "run", try lab.scenario(ShortScenario.text(variants: variants)), "--format", "json"
                )
                #expect(end.status == 2, "\(end.account)")
                let result = try end.result()
                #expect(try result.variant("suspected").flagged == false)
                #expect(try result.variant("trusted").verdict == .leaking)
            }
        }

        @Test("runs variants one after another, each with its own broker time and producer")
        func sequential() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(
                    phases: "[{duration: 6s, rate: 2000/s}]",
                    variants: ShortScenario.twoVariants,
                    more: "schedule: sequential"
                )
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json")
                #expect(end.status == 0, "\(end.account)")
                #expect(end.duration > .seconds(12))
                let result = try end.result()
                #expect(result.valid)
                #expect(try result.variant("per-event").verdict == .leaking)
                #expect(try result.variant("singleton").verdict == .bounded)
                #expect(result.variants.map(\.events.processed) == [12_000, 12_000])
                #expect(result.variants.map(\.events.lost) == [0, 0])
            }
        }

        @Test("two runs at once in one store do not disturb each other")
        func twoAtOnce() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(
                    phases: "[{duration: 6s, rate: 800/s}]", variants: ShortScenario.twoVariants
                )
                let path = try lab.scenario(text)
                async let first = lab.leaklab("run", path, "--format", "json", "--seed", "1")
                async let second = lab.leaklab("run", path, "--format", "json", "--seed", "2")
                let ends = try await [first, second]
                for (end, seed) in zip(ends, [1, 2] as [UInt64]) {
                    #expect(end.status == 0, "\(end.account)")
                    let result = try end.result()
                    #expect(result.seed == seed)
                    #expect(result.variants.map(\.events.processed) == [4_800, 4_800])
                    #expect(result.variants.map(\.events.lost) == [0, 0])
                    #expect(result.variants.map(\.events.duplicated) == [0, 0])
                }
                #expect(Set(try ends.map { try $0.result().run }).count == 2)
            }
        }

        @Test(
            "two replicas in a consumer group, eight events at once, lose nothing",
            .tags(.slow),
            .timeLimit(.minutes(3)),
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

        @Test("a rate that the machine cannot reach is said during the run and in the verdict")
        func unreachableRate() async throws {
            try await LabFixture.with { lab in
                // One event in each batch, and one batch on its way: a slow client stands for a slow machine.
                let text = ShortScenario.text(
                    phases: "[{duration: 4s, rate: 20k/s}]", variants: "  - {name: singleton, control: true}"
                )
                let end = try await lab.leaklab(
                    "run", try lab.scenario(text), "--format", "json", "--set", "workload.partitions=1",
                    "--kafka-property", "linger.ms=0", "--kafka-property", "batch.num.messages=1",
                    "--kafka-property", "max.in.flight.requests.per.connection=1"
                )
                #expect(end.status == 3, "\(end.account)")
                #expect(end.errors.contains("this machine does not reach the rate"), "\(end.errors)")
                let variant = try end.result().variant("singleton")
                #expect(variant.verdict == .inconclusive)
                #expect(variant.because.contains { $0.contains("could not keep up") })
                #expect(variant.load.achievedPerHour < 0.95 * variant.load.targetPerHour)
                #expect(variant.events.lost == 0)
            }
        }
    }
}
