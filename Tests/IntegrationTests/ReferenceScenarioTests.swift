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
    @Suite("The reference scenario", .timeLimit(.minutes(1)))
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
                    "run",
                    try lab.scenario(ShortScenario.text(more: expectations)),
                    "--format",
                    "json"
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
            #expect(abs(try #require(variant.tasks.perEvent).estimate - 1) < 0.01)
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
                    "run",
                    try lab.scenario(ShortScenario.text(variants: variants)),
                    "--format",
                    "json"
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
                    phases: "[{duration: 6s, rate: 800/s}]",
                    variants: ShortScenario.twoVariants
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

        @Test("a rate that the machine cannot reach is said during the run and in the verdict")
        func unreachableRate() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(
                    phases: "[{duration: 3s, rate: 2000/s}]",
                    variants: "  - {name: singleton, control: true}"
                )
                // A producer that is held still stands for a machine that cannot keep up.
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json") { run in
                    try await lab.eventsFlow(500)
                    let producer = try await lab.process("producer")
                    producer.send(SIGSTOP)
                    try await eventually("the lab says so") {
                        run.errors.contains("this machine does not reach the rate")
                    }
                    producer.send(SIGCONT)
                }
                #expect(end.status == 3, "\(end.account)")
                let variant = try end.result().variant("singleton")
                #expect(variant.verdict == .inconclusive)
                #expect(variant.because.contains { $0.contains("could not keep up") })
                #expect(variant.load.achievedPerHour < 0.95 * variant.load.targetPerHour)
                #expect(variant.events.processed == 6_000)
                #expect(variant.events.lost == 0)
            }
        }
    }
}
