import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite(
        "The folder for temporary files cannot be written",
        .timeLimit(.minutes(1)),
        .enabled("only root may mount what this needs") { Capability.mayMount }
    )
    struct ReadOnlyPlacesTests {
        /// In a mount namespace of its own.
        private static func script(readOnly places: [String], _ command: String) -> String {
            // What is there stays to be seen, other labs' files among it.
            """
            cat > inside <<'END'
            mount --bind "$PWD" /mnt
            for place in \(places.joined(separator: " ")); do
              mount --bind $place $place
              mount -o remount,bind,ro $place
            done
            cd /mnt
            export LEAKLAB_STORE=/mnt/store
            \(command)
            END
            exec unshare --mount sh -e inside
            """
        }

        @Test("consuming begins all the same, beside a scratch folder in memory")
        func consume() async throws {
            try await LabFixture.with { lab in
                let program = try LabProgram.path()
                let end = try await lab.shell(
                    Self.script(
                        readOnly: ["/tmp"],
                        "LEAKLAB_SCRATCH= \(program) consume --bootstrap-servers 127.0.0.1:1 --topic t"
                    ),
                    in: lab.folder
                )
                #expect(end.status == 6, "\(end.account)")
            }
        }

        @Test("a run has its files where the scratch folder is, and comes to its verdict")
        func run() async throws {
            try await LabFixture.with { lab in
                _ = try lab.scenario(ShortScenario.text(phases: "[{duration: 2s, rate: 200/s}]"))
                let program = try LabProgram.path()
                let end = try await lab.shell(
                    Self.script(
                        readOnly: ["/tmp"],
                        "LEAKLAB_SCRATCH=/mnt/scratch \(program) run scenario.yaml --format json --quiet"
                    ),
                    in: lab.folder
                )
                #expect(try end.result().valid, "\(end.account)")
            }
        }

        @Test("where nothing can be written, the error names every place and the option")
        func nowhere() async throws {
            try await LabFixture.with { lab in
                _ = try lab.scenario(ShortScenario.text(phases: "[{duration: 2s, rate: 200/s}]"))
                let program = try LabProgram.path()
                let end = try await lab.shell(
                    Self.script(
                        readOnly: ["/tmp", "/dev/shm"],
                        "\(program) consume --bootstrap-servers 127.0.0.1:1 --topic t"
                    ),
                    in: lab.folder,
                    environment: ["LEAKLAB_SCRATCH": ""]
                )
                #expect(end.status == 1, "\(end.account)")
                #expect(end.errors.contains("/tmp/leaklab-") && end.errors.contains("/dev/shm/leaklab-"))
                #expect(end.errors.contains("--scratch or LEAKLAB_SCRATCH"), "\(end.errors)")
            }
        }
    }
}
