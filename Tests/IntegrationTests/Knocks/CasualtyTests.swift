import LabCore
import LabTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Integration {
    @Suite("A process of the lab is killed", .timeLimit(.minutes(1)))
    struct CasualtyTests {
        private func text(more: String = "") -> String {
            ShortScenario.text(
                phases: "[{duration: 6s, rate: 2000/s}]",
                variants: ShortScenario.twoVariants,
                more: more
            )
        }

        @Test("a pod: its variant's result says so, and what it had not handled is lost")
        func pod() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try lab.scenario(text()), "--format", "json") { _ in
                    try await lab.eventsFlow()
                    try await lab.process("pod", named: "per-event-0").send(SIGKILL)
                }
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let variant = try result.variant("per-event")
                #expect(variant.pods.flatMap(\.exits).map(\.reason) == ["Killed"])
                #expect(variant.pods.flatMap(\.exits).map(\.code) == [137])
                #expect(variant.events.lost ?? 0 > 0)
                #expect((variant.events.lost ?? 0) + variant.events.processed == variant.events.produced)
                #expect(variant.because.contains { $0.contains("never handled") }, "\(variant.because)")
                let control = try result.variant("singleton")
                #expect(control.events.lost == 0)
                #expect(control.pods.flatMap(\.exits).map(\.reason) == ["Completed"])
            }
        }

        @Test("a pod that is restarted: it goes on where it was, and loses nothing")
        func restartedPod() async throws {
            try await LabFixture.with { lab in
                // Ten seconds of back-off are one at this scale; 200 a second become 2,000.
                let scenario = ShortScenario.text(
                    phases: "[{duration: 60s, rate: 200/s}]",
                    variants: ShortScenario.twoVariants,
                    more: "timeScale: 10\npods: {restart: always}"
                )
                let end = try await lab.leaklab("run", try lab.scenario(scenario), "--format", "json") { _ in
                    try await lab.eventsFlow()
                    try await lab.process("pod", named: "singleton-0").send(SIGKILL)
                }
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let variant = try result.variant("singleton")
                #expect(variant.pods.map(\.restarts) == [1])
                #expect(variant.pods.flatMap(\.exits).map(\.reason) == ["Killed", "Completed"])
                #expect(variant.events.processed == 12_000)
                #expect(variant.events.lost == 0)
                #expect(variant.lag.final == 0)
            }
        }

        @Test("a pod that hangs: its variant is stalled, and the run ends in time all the same")
        func hangingPod() async throws {
            try await LabFixture.with { lab in
                let scenario = ShortScenario.text(
                    phases: "[{duration: 14s, rate: 1000/s}]",
                    variants: ShortScenario.twoVariants,
                    more: "pods: {gracePeriod: 1s}"
                )
                let end = try await lab.leaklab("run", try lab.scenario(scenario), "--format", "json") { _ in
                    try await lab.eventsFlow()
                    // It neither works nor listens.
                    try await lab.process("pod", named: "per-event-0").send(SIGSTOP)
                }
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let variant = try result.variant("per-event")
                #expect(variant.lag.worstStatus == .stalled)
                #expect(variant.lag.final > 5_000)
                #expect(variant.pods.flatMap(\.exits).map(\.reason) == ["Stopped"])
                #expect(variant.pods.flatMap(\.exits).map(\.code) == [137])
                #expect((variant.events.lost ?? 0) + variant.events.processed == variant.events.produced)
                let control = try result.variant("singleton")
                #expect(control.lag.worstStatus == .ok)
                #expect(control.events.lost == 0)
                #expect(end.duration < .seconds(50))
            }
        }

        @Test("a pod that crashes: it ends at once, for no more memory than it had, with a last word")
        func crashedPod() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try lab.scenario(text()), "--format", "json") { _ in
                    try await lab.eventsFlow()
                    let pod = try await lab.process("pod", named: "singleton-0")
                    pod.send(SIGSEGV)
                    let start = ContinuousClock.now
                    try await eventually("it has ended", within: .seconds(2)) {
                        !lab.processes("pod").contains(pod)
                    }
                    #expect(ContinuousClock.now - start < .seconds(1))
                }
                let result = try end.result()
                let variant = try result.variant("singleton")
                #expect(variant.pods.flatMap(\.exits).map(\.reason) == ["Error"], "\(end.account)")
                #expect(variant.pods.flatMap(\.exits).map(\.code) == [139])
                let peak = try #require(variant.charge.peakBytes)
                #expect(peak < Double(64 << 20))
                let log = try await lab.leaklab("logs", "latest", "singleton-0").output
                #expect(log.hasSuffix("leaklab: crashed: segmentation fault (signal 11)\n"), "\(log)")
            }
        }

        @Test(
            "the producer or the broker: the run is invalid, and says which and why",
            .serialized,
            arguments: ["producer", "broker"]
        )
        func partOfTheLab(name: String) async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try lab.scenario(text()), "--format", "json") { _ in
                    try await lab.eventsFlow()
                    try await lab.process(name).send(SIGKILL)
                }
                #expect(end.status == 3, "\(end.account)")
                let result = try end.result()
                #expect(!result.valid)
                #expect(result.exitStatus == 3)
                let reason = try #require(result.invalidBecause.first)
                #expect(reason.hasPrefix("the \(name) ended: killed by signal 9"), "\(result.invalidBecause)")
                #expect(end.duration < .seconds(15))
            }
        }

        @Test(
            "a pod by the kernel, for memory: that is what the result says",
            .tags(.cgroup),
            .enabled("needs a memory cgroup, v1 or v2") { Capability.memoryCgroup }
        )
        func outOfMemory() async throws {
            try await LabFixture.with { lab in
                let scenario = text(more: "pods: {memory: 64MiB}")
                let end = try await lab.leaklab("run", try lab.scenario(scenario), "--format", "json")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let pod = try #require(try result.variant("per-event").pods.first)
                #expect(pod.memoryLimitBytes == 64 << 20)
                #expect(pod.oomKills == 1)
                #expect(pod.exits.map(\.reason) == ["OOMKilled"])
                #expect(pod.exits.map(\.code) == [137])
                let charge = try #require(try result.variant("per-event").charge.peakBytes)
                #expect(charge <= Double(64 << 20))
                #expect(try result.variant("singleton").pods.map(\.oomKills) == [0])
            }
        }

        @Test("a pod before the run could begin: one clear error with its last words, at once")
        func unreadyPod() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    "run",
                    try lab.scenario(text()),
                    "--kafka-property",
                    "max.poll.interval.ms=1000"
                )
                #expect(end.status == 1, "\(end.account)")
                #expect(end.errors.contains("ended before the run could begin"))
                #expect(end.errors.contains("max.poll.interval.ms"), "\(end.errors)")
                #expect(end.duration < .seconds(10))
                #expect(lab.runs.isEmpty)
            }
        }
    }
}
