import LabCore
import LabTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Integration {
    @Suite("Somebody ends the lab", .timeLimit(.minutes(1)))
    struct InterruptionTests {
        private func path(_ lab: LabFixture) throws -> String {
            try lab.scenario(
                ShortScenario.text(
                    phases: "[{duration: 60s, rate: 2000/s}]",
                    variants: ShortScenario.twoVariants
                )
            )
        }

        @Test("with Ctrl-C: the recording is finished, and the partial verdict told")
        func once() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try path(lab), "--format", "json") { run in
                    try await lab.eventsFlow()
                    run.interrupt()
                }
                #expect(end.status == 130, "\(end.account)")
                let result = try end.result()
                #expect(result.exitStatus == 130)
                #expect(try result.variant("per-event").verdict == .leaking)
                for variant in result.variants {
                    #expect(variant.events.processed >= 2_000)
                    #expect(variant.events.lost == 0)
                    #expect(variant.pods.flatMap(\.exits).map(\.reason) == ["Completed"])
                }
                let report = try await lab.leaklab("report", "latest", "--format", "json")
                #expect(try report.result() == result)
                #expect(try await lab.leaklab("runs").output.contains("interrupted"))
            }
        }

        @Test("with Ctrl-C twice: everything ends at once")
        func twice() async throws {
            try await LabFixture.with { lab in
                let clock = ContinuousClock()
                let start = clock.now
                let end = try await lab.leaklab("run", try path(lab)) { run in
                    try await lab.eventsFlow()
                    // The first must have been seen, or both are one.
                    run.interrupt()
                    try await eventually("the first is answered") { run.errors.contains("Ctrl-C again") }
                    run.interrupt()
                    let second = clock.now
                    try await eventually("nothing is left", within: .seconds(1)) { lab.processes().isEmpty }
                    #expect(clock.now - second < .seconds(1))
                }
                #expect(end.status == 130, "\(end.account)")
                #expect(clock.now - start < .seconds(30))
            }
        }

        @Test("before it has begun: one clear error, and nothing is left")
        func early() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try path(lab)) { run in
                    _ = try await lab.process("guardian")
                    run.interrupt()
                }
                #expect(end.status == 130, "\(end.account)")
            }
        }

        @Test("with SIGKILL: after two seconds nothing of it is left but the recording")
        func killed() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try path(lab)) { run in
                    try await lab.eventsFlow(4_000)
                    run.send(SIGKILL)
                    try await eventually("nothing is left", within: .seconds(2)) { lab.leftBehind().isEmpty }
                }
                #expect(end.status == 137)

                #expect(try await lab.leaklab("runs").output.contains("abandoned"))
                let report = try await lab.leaklab("report", "latest", "--format", "json")
                #expect(report.status == 3, "\(report.account)")
                let result = try report.result()
                #expect(!result.valid && result.invalidBecause.contains { $0.contains("partial") })
                #expect(result.variants.allSatisfy { $0.events.lost == nil })
                #expect(try result.variant("per-event").events.processed > 1_000)
                // At 2,000 a second the pods were last read when about 4,000 events had been produced.
                let recording = try #require(lab.recording())
                let produced = recording.variants.compactMap { $0.series[.produced]?.values.last }.min()
                #expect(try #require(produced) >= 4_000)
                #expect(recording.lastSample > 1)
            }
        }
    }
}

extension RunningProgram {
    /// What Ctrl-C in a terminal does: the signal goes to the whole process group.
    fileprivate func interrupt() { kill(-pid, SIGINT) }
}
