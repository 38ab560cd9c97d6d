import LabCore
import LabTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Integration {
    @Suite("Lab and guardian are killed together", .timeLimit(.minutes(2)))
    struct KilledTogetherTests {
        private static let phases = "[{duration: 60s, rate: 1000/s}]"

        private static func kill(_ lab: LabFixture, _ run: RunningProgram) async throws {
            let guardian = try await lab.process("guardian")
            // Neither may notice what becomes of the other.
            run.send(SIGSTOP)
            guardian.send(SIGKILL)
            run.send(SIGKILL)
        }

        @Test(
            "no process outlives them, and the next command removes the rest",
            .serialized,
            arguments: ["auto", "watchdog"]
        )
        func everyProcess(control: String) async throws {
            try await LabFixture.with { lab in
                let scenario = try lab.scenario(ShortScenario.text(phases: Self.phases))
                let end = try await lab.leaklab("run", scenario, "--memory-control", control) { run in
                    try await lab.eventsFlow()
                    #expect(lab.processes("broker").count == 1 && lab.processes("producer").count == 1)
                    try await Self.kill(lab, run)
                    try await eventually("no process is left", within: .seconds(2)) {
                        lab.processes().isEmpty
                    }
                }
                #expect(end.status == 137)
                #expect(!lab.leftBehind().isEmpty)
                let short = try lab.write(
                    ShortScenario.text(phases: "[{duration: 2s, rate: 100/s}]"),
                    to: "short.yaml"
                )
                let after = try await lab.leaklab("run", short, "--unrehearsed", "--quiet")
                #expect(after.errors.contains("Removed what a killed lab had left: "), "\(after.account)")
                #expect(lab.leftBehind().isEmpty)
            }
        }

        @Test("what a command has started and let go of is found by “doctor --clean”, and named")
        func daemons() async throws {
            try await LabFixture.with { lab in
                let scenario = ShortScenario.text(
                    phases: Self.phases,
                    variants: """
                          - {name: daemon, command: [/bin/sh, -c, "setsid sleep 1000 & exec sleep 1000"], role: suspect}
                          - {name: other, command: [/bin/sleep, "1000"], control: true}
                        """
                )
                .split(separator: "\n").filter { !$0.hasPrefix("incident") }.joined(separator: "\n")
                let end = try await lab.leaklab(
                    "run",
                    try lab.scenario(scenario),
                    "--memory-control",
                    "watchdog"
                ) { run in
                    let daemon = try await eventually("there is a daemon", within: .seconds(20)) {
                        lab.processes("1000").first { getsid($0.pid) == $0.pid }
                    }
                    try await Self.kill(lab, run)
                    try await eventually("only the daemon is left", within: .seconds(2)) {
                        lab.processes().map(\.pid) == [daemon.pid]
                    }
                    let doctor = try await lab.leaklab("doctor")
                    #expect(doctor.output.contains("process \(daemon.pid) (sleep 1000)"), "\(doctor.account)")
                    let clean = try await lab.leaklab("doctor", "--clean")
                    #expect(clean.output.contains("removed process \(daemon.pid) (sleep 1000)"))
                    #expect(lab.leftBehind().isEmpty)
                    let after = try await lab.leaklab("doctor")
                    #expect(!after.output.contains("process \(daemon.pid) "), "\(after.account)")
                }
                #expect(end.status == 137)
            }
        }
    }
}
