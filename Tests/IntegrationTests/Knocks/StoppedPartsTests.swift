import LabCore
import LabTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Integration {
    @Suite("A part of the lab is stopped", .timeLimit(.minutes(2)))
    struct StoppedPartsTests {
        private static let scenario = ShortScenario.text(
            phases: "[{duration: 9s, rate: 500/s}]",
            variants: ShortScenario.twoVariants
        )

        /// Stops a process, and lets it go on after a while.
        private static func pause(_ pid: Int32, for length: Duration) async throws {
            let start = ContinuousClock.now
            kill(pid, SIGSTOP)
            try await eventually("the pause is over", within: length + .seconds(1)) {
                .now - start >= length
            }
            kill(pid, SIGCONT)
        }

        @Test(
            "for seconds: the run is invalid, and says which part, how long and what it spoiled",
            .serialized,
            arguments: [
                ("producer", "what was due meanwhile came late, all at once"),
                ("broker", "nothing could be produced or read meanwhile"),
                ("run", "nothing was measured meanwhile"),
            ]
        )
        func paused(part: String, consequence: String) async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try lab.scenario(Self.scenario), "--format", "json") {
                    _ in
                    try await lab.eventsFlow(1_000)
                    try await Self.pause(try await lab.process(part).pid, for: .seconds(3.5))
                }
                #expect(end.status == 3, "\(end.account)")
                let result = try end.result()
                #expect(!result.valid)
                let name = part == "run" ? "lab" : part
                let reason = try #require(result.invalidBecause.first)
                #expect(reason.hasPrefix("the \(name) stood still for 3."), "\(result.invalidBecause)")
                #expect(reason.hasSuffix(consequence), "\(result.invalidBecause)")
                let recording = try #require(lab.recording())
                #expect(recording.timeline.contains { $0.reason == "Stalled" && $0.object == name })
                // Late, but all of it.
                for variant in result.variants {
                    #expect(variant.events.produced == 4_500 && variant.events.lost == 0)
                }
            }
        }

        @Test("for good: the run ends with an error", .serialized, arguments: ["producer", "broker"])
        func forGood(part: String) async throws {
            try await LabFixture.with { lab in
                let scenario = try lab.scenario(
                    ShortScenario.text(
                        phases: "[{duration: 100s, rate: 500/s}]",
                        variants: ShortScenario.twoVariants
                    )
                )
                let end = try await lab.leaklab("run", scenario) { _ in
                    try await lab.eventsFlow(500)
                    try await lab.process(part).send(SIGSTOP)
                }
                #expect(end.status == 1, "\(end.account)")
                #expect(end.errors.contains("the \(part) stood still for 10 s"), "\(end.errors)")
                #expect(end.errors.contains("and does not move again"))
                #expect(end.duration < .seconds(60))
            }
        }
    }
}
