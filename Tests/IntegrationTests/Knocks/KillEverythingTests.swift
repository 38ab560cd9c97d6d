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
    /// Processes of a run are killed at random, again and again.
    ///
    /// Twenty rounds with `LEAKLAB_TEST_SLOW=1`, else two.
    @Suite("Everything is killed, again and again", .timeLimit(.minutes(10)))
    struct KillEverythingTests {
        static let rounds: Range<UInt64> =
            ProcessInfo.processInfo.environment["LEAKLAB_TEST_SLOW"] == "1" ? 0..<20 : 0..<2

        /// Seven seconds; the back-off of 100 ms keeps everybody busy.
        private static let scenario = ShortScenario.text(
            phases: "[{duration: 70s, rate: 300/s}]",
            variants: ShortScenario.twoVariants,
            more: """
                timeScale: 10
                pods: {replicas: 2, restart: {policy: always, backOff: 1s, longestBackOff: 1s}}
                """
        )

        @Test("pods and the guardian: all events are handled in the end", .serialized, arguments: rounds)
        func partsThatReturn(seed: UInt64) async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try lab.scenario(Self.scenario), "--format", "json") {
                    _ in
                    try await Self.kill(["pod", "pod", "guardian"], in: lab, upTo: 15_000, seed: seed)
                }
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                for variant in result.variants {
                    #expect(variant.events.produced == 21_000)
                    #expect(variant.events.processed == 21_000)
                    #expect(variant.events.lost == 0)
                    #expect(variant.lag.final == 0)
                }
                let restarts = result.variants.flatMap(\.pods).reduce(0) { $0 + $1.restarts }
                let kills = result.variants.flatMap(\.pods).flatMap(\.exits).count { $0.reason == "Killed" }
                #expect(kills > 0)
                #expect(restarts == kills)
            }
        }

        @Test(
            "and at last the lab, the producer or the broker: the books still balance, and nothing is left",
            .serialized,
            arguments: rounds
        )
        func partsThatEndTheRun(seed: UInt64) async throws {
            let victim = ["run", "producer", "broker"][Int(seed % 3)]
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try lab.scenario(Self.scenario), "--format", "json") {
                    _ in
                    try await Self.kill(["pod", "pod", "guardian"], in: lab, upTo: 6_000, seed: seed)
                    // One at a time: who dies with the guardian's successor unborn leaves it all to `doctor --clean`.
                    _ = try await lab.process("guardian")
                    try await lab.process(victim).send(SIGKILL)
                }
                if victim == "run" {
                    #expect(end.status == 137)
                    try await eventually("nothing is left", within: .seconds(2)) { lab.leftBehind().isEmpty }
                    let report = try await lab.leaklab("report", "latest", "--format", "json")
                    // Books are recorded once a second, in which 3,000 events are produced.
                    #expect(try report.result().variants.allSatisfy { $0.events.produced >= 2_500 })
                    return
                }
                #expect(end.status == 3, "\(end.account)")
                let result = try end.result()
                #expect(!result.valid)
                for variant in result.variants {
                    let events = variant.events
                    #expect(events.processed + (events.lost ?? 0) == events.produced)
                    let told = events.partitions.flatMap(\.lostOffsets).reduce(0) { $0 + $1.to - $1.from + 1 }
                    let isAllTold = events.partitions.allSatisfy { $0.lostOffsets.count < 100 }
                    if isAllTold { #expect(told == Int64(events.lost ?? 0)) }
                }
            }
        }

        /// Kills one process after the other, each after a random number of further events, until so many have been
        /// produced for every variant.
        private static func kill(
            _ subcommands: [String],
            in lab: LabFixture,
            upTo last: Double,
            seed: UInt64
        ) async throws {
            var generator = SplitMix64(seed: seed)
            var events = 1_000.0
            while events < last {
                try await lab.eventsFlow(events)
                let subcommand = subcommands.randomElement(using: &generator) ?? "pod"
                lab.processes(subcommand).randomElement(using: &generator)?.send(SIGKILL)
                events += Double.random(in: 300...2_000, using: &generator)
            }
        }
    }
}
