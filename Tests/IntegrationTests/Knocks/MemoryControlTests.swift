import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("How memory is limited", .timeLimit(.minutes(1)))
    struct MemoryControlTests {
        private func text(memory: String) -> String {
            ShortScenario.text(
                phases: "[{duration: 6s, rate: 2000/s}]",
                variants: ShortScenario.twoVariants,
                more: "pods: {memory: \(memory)}"
            )
        }

        @Test(
            "the watchdog, where nothing else can be had: it kills as the kernel would, and the run names it"
        )
        func watchdog() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    "run",
                    try lab.scenario(text(memory: "64MiB")),
                    "--memory-control",
                    "watchdog",
                    "--format",
                    "json"
                )
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                #expect(result.memoryControl == "watchdog")
                let pod = try #require(try result.variant("per-event").pods.first)
                #expect(pod.oomKills == 1)
                #expect(pod.exits.map(\.reason) == ["OOMKilled"])
                #expect(pod.exits.map(\.code) == [137])
                // It looks every 20 ms: the overshoot is what the pod grows in that time.
                let peak = try #require(pod.exits.first?.peakChargeBytes)
                #expect((64 << 20...80 << 20).contains(peak))
                #expect(try result.variant("singleton").pods.map(\.oomKills) == [0])
            }
        }

        @Test(
            "a limit below what an idle pod needs is refused before the run, with the figure",
            .tags(.waiting)
        )
        func tooSmall() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try lab.scenario(text(memory: "1MiB")))
                #expect(end.status == 4, "\(end.account)")
                #expect(end.errors.contains("1.0 MiB"), "\(end.errors)")
                #expect(end.errors.contains("idle"), "\(end.errors)")
                #expect(lab.runs.isEmpty)
            }
        }

        @Test("and by a check that rehearses", .tags(.waiting))
        func tooSmallWhenChecked() async throws {
            try await LabFixture.with { lab in
                let path = try lab.scenario(text(memory: "2MiB"))
                #expect(try await lab.leaklab("check", path).status == 0)
                let end = try await lab.leaklab("check", path, "--rehearse")
                #expect(end.status == 4, "\(end.account)")
                #expect(end.output.contains("per-event"), "\(end.output)")
                #expect(end.errors.contains("idle"), "\(end.errors)")
            }
        }

        @Test(
            "time that would be compressed beyond what this machine can do is refused, with what it can",
            .tags(.waiting)
        )
        func tooFast() async throws {
            try await LabFixture.with { lab in
                let path = try lab.scenario(text(memory: "none"))
                let options = ["--time-scale", "60", "--duration", "10m", "--set", "workload.partitions=32"]
                let end = try await lab.leaklab(["run", path] + options)
                #expect(end.status == 4, "\(end.account)")
                #expect(end.errors.contains("at most"), "\(end.errors)")
                #expect(lab.runs.isEmpty)
            }
        }

        @Test("more memory in limits than the machine has is refused, unless that is wanted")
        func overcommit() async throws {
            try await LabFixture.with { lab in
                let path = try lab.scenario(text(memory: "10000GiB"))
                let end = try await lab.leaklab("run", path)
                #expect(end.status == 4, "\(end.account)")
                #expect(end.errors.contains("--overcommit"), "\(end.errors)")
                #expect(lab.runs.isEmpty)
                let wanted = try await lab.leaklab("run", path, "--overcommit", "--format", "json")
                #expect(try wanted.result().valid, "\(wanted.account)")
            }
        }
    }
}
