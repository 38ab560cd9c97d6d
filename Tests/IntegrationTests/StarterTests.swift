import LabCore
import LabTesting
import Testing

extension Integration {
    /// From an empty folder to a gate, in the words of `init`: check, run, gate.
    ///
    /// ``ForeignConsumerTests`` does the same with consumers in Python and shell. The Swift package compiles the lab, so
    /// “make docs” follows that one.
    @Suite("What “init” writes, in an empty folder", .tags(.waiting), .timeLimit(.minutes(3)))
    struct StarterTests {
        @Test("a scenario is valid, passes as it is, and is a gate")
        func scenario() async throws {
            try await LabFixture.with { lab in
                let run = try await lab.beginWith("scenario", refused: "singleton.pods.oomKills > 0")
                #expect(run.status == 0, "\(run.account)")
                #expect(try run.result().expectations.allSatisfy(\.met))
            }
        }

        @Test("and is refused where files of that name are")
        func refusal() async throws {
            try await LabFixture.with { lab in
                let folder = "\(lab.folder)/mine"
                #expect(try await lab.leaklab("init", "shell", "--into", folder).status == 0)
                let again = try await lab.leaklab("init", "python", "--into", folder)
                #expect(again.status == 64, "\(again.account)")
                #expect(again.errors.contains("\(folder)/scenario.yaml: exists already"), "\(again.account)")
            }
        }
    }
}

extension LabFixture {
    /// What somebody does with the files of `init`: look at them, run them, and see the gate refuse.
    ///
    /// - Parameters:
    ///   - kind: what to begin with.
    ///   - refused: an expectation that does not hold.
    /// - Returns: how the run of the files as they are ended, its result as JSON.
    /// - Throws: what cannot be started.
    func beginWith(_ kind: String, refused: String) async throws -> ProgramEnd {
        let place = "\(folder)/empty"
        let written = try await leaklab("init", kind, "--into", place)
        #expect(written.status == 0, "\(written.account)")
        let scenario = "\(place)/scenario.yaml"
        #expect(written.errors.contains("leaklab run scenario.yaml --quick"), "\(written.account)")
        let checked = try await leaklab("check", scenario)
        #expect(checked.status == 0 && checked.output.contains(": valid: "), "\(checked.account)")
        let run = try await leaklab("run", scenario, "--quick", "--format", "json")
        let gate = try await leaklab(
            ["run", scenario, "--quick", "--duration", "6s", "--set", "verdict.warmUp=1s"]
                + ["--format", "github", "--set", "expect=[\(refused)]"]
        )
        // In six seconds a verdict may stay open: the gate refuses all the same.
        #expect([2, 3].contains(gate.status), "\(gate.account)")
        #expect(gate.output.contains("::error file="), "\(gate.account)")
        return run
    }
}
