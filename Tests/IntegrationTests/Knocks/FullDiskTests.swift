import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("A full disk", .timeLimit(.minutes(1)))
    struct FullDiskTests {
        @Test(
            "under the store ends the run with one clear error, and what was recorded stays readable",
            .enabled("only root may mount the small disk that this needs") { Capability.mayMount }
        )
        func underTheStore() async throws {
            try await LabFixture.with { lab in
                try await SmallDisk.with(kibibytes: 400, at: "\(lab.folder)/small") { store in
                    let text = ShortScenario.text(phases: "[{duration: 30s, rate: 2000/s}]")
                    let end = try await lab.leaklab("run", try lab.scenario(text), "--store", store)
                    #expect(end.status == 1, "\(end.account)")
                    #expect(end.errors.contains("run.sqlite: the disk is full"), "\(end.errors)")
                    #expect(end.errors.contains("LEAKLAB_STORE names another folder"))
                    #expect(end.duration < .seconds(20))

                    let report = try await lab.leaklab(
                        "report",
                        "latest",
                        "--store",
                        store,
                        "--format",
                        "json"
                    )
                    // The recording ends where the disk was full, so it says nothing of the run as a whole.
                    #expect(report.status == 3, "\(report.account)")
                    let result = try report.result()
                    #expect(result.variants.count == 3 && !result.valid)
                    #expect(result.variants.allSatisfy { $0.events.lost == nil })
                    let samples = try await lab.leaklab("export", "--store", store).output
                    #expect(samples.split(separator: "\n").count > 100)
                }
            }
        }
    }
}
