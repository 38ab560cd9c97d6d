import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("A variant changes while the run goes on", .timeLimit(.minutes(2)))
    struct StepTests {
        /// Seven seconds before the step and six after it; ten seconds of incident time are one.
        private func scenario(step: String, pods: String) -> String {
            ShortScenario.text(
                phases: "[{duration: 130s, rate: 200/s}]",
                variants: """
                      - {name: production, handler: per-event, role: suspect, steps: [\(step)]}
                      - {name: singleton, control: true}
                    """,
                more: "timeScale: 10\npods: \(pods)"
            )
        }

        @Test("the fix is rolled out: one segment leaks, the next does not, and nothing is lost")
        func handler() async throws {
            try await LabFixture.with { lab in
                let text = scenario(step: "{at: 70s, name: fix, handler: singleton}", pods: "{replicas: 2}")
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let production = try result.variant("production")
                #expect(production.segments.map(\.name) == ["start", "fix"])
                #expect(production.segments.map(\.verdict) == [.leaking, .bounded], "\(end.account)")
                #expect(production.verdict == .leaking)
                #expect(production.events.lost == 0)
                #expect(production.events.processed == 26_000)
                #expect(production.lag.final == 0)
                #expect(try result.variant("singleton").segments.map(\.name) == ["start"])
            }
        }

        @Test(
            "it is scaled: partitions move to the new pods, and every event is handled once",
            .serialized,
            arguments: [1, 4]
        )
        func scale(replicas: Int) async throws {
            try await LabFixture.with { lab in
                let text = scenario(step: "{at: 70s, scale: \(replicas)}", pods: "{replicas: 2}")
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let production = try result.variant("production")
                #expect(production.segments.map(\.replicas) == [2, replicas])
                #expect(production.pods.count == max(2, replicas))
                #expect(production.events.lost == 0)
                #expect(production.events.duplicated == 0)
                #expect(production.events.processed == 26_000)
                #expect(production.lag.final == 0)
                let timeline = try #require(lab.recording()).timeline
                #expect(timeline.contains { $0.reason == "Scaled" && $0.object == "variant/production" })
            }
        }

        @Test(
            "the limit is raised: pods that were killed are so no more",
            .tags(.cgroup),
            .enabled("needs a memory cgroup, v1 or v2") { Capability.memoryCgroup }
        )
        func memory() async throws {
            try await LabFixture.with { lab in
                let text = scenario(
                    step: "{at: 70s, memory: 512MiB}",
                    pods: "{memory: 48MiB, restart: {policy: always, backOff: 1s, longestBackOff: 1s}}"
                )
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let production = try result.variant("production")
                #expect(production.segments.map(\.memoryLimitBytes) == [48 << 20, 512 << 20])
                #expect(production.segments[0].oomKills > 0)
                #expect(production.segments[1].oomKills == 0)
                #expect(production.events.lost == 0)
                #expect(production.pods.flatMap(\.exits).contains { $0.code == 137 })
                #expect(try result.variant("singleton").pods.allSatisfy { $0.oomKills == 0 })
            }
        }
    }
}
