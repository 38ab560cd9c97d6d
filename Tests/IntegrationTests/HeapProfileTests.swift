import Foundation
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("Heap profiles", .enabled(if: Capability.heapProfiles))
    struct HeapProfiles {
        @Test("name the cache that every event leaves behind, the task in it, and who made it")
        func culprit() async throws {
            try await LabFixture.with { lab in
                let scenario = try lab.scenario(
                    ShortScenario.text(
                        variants: ShortScenario.twoVariants,
                        more: "pods: {profile: {sample: 128KiB}}"
                    )
                )
                let end = try await lab.leaklab("run", scenario, "--format", "json", "--unrehearsed")
                let growth = try #require(try end.result().variants.first?.heapGrowth, "\(end.account)")
                #expect(growth.path.contains("IndexCache.init"), "\(growth)")
                #expect(growth.calledFrom == "ServicePerEventHandler.handle", "\(growth)")
                #expect((growth.site?.share ?? 0) > 0.8, "\(growth)")
                #expect((10_000...30_000).contains(growth.bytesPerEvent), "\(growth)")
                let task = try #require(growth.tasks.first)
                #expect(task.function.contains("IndexCache"), "\(growth.tasks)")
                #expect((0.5...1.5).contains(task.tasksPerEvent), "\(growth.tasks)")
                #expect(end.errors.contains("Culprit: per-event: "), "\(end.errors)")
                try await expectFormats(lab)
            }
        }

        private func expectFormats(_ lab: LabFixture) async throws {
            let text = try await lab.leaklab("profile", "latest", "per-event-0")
            #expect(text.status == 0 && text.output.contains("IndexCache.init"), "\(text.account)")
            let stacks = try await lab.leaklab("profile", "latest", "per-event-0", "--format", "collapsed")
            #expect(stacks.output.contains("ServicePerEventHandler.handle;"), "\(stacks.account)")
            let flames = try await lab.leaklab("profile", "latest", "per-event-0", "--format", "svg")
            #expect(flames.output.hasPrefix("<svg"), "\(flames.account)")
            let file = "\(lab.folder)/profile.pb.gz"
            let pprof = try await lab.leaklab(
                "profile",
                "latest",
                "per-event-0",
                "--format",
                "pprof",
                "-o",
                file
            )
            #expect(pprof.status == 0, "\(pprof.account)")
            #expect(FileManager.default.contents(atPath: file)?.prefix(2) == Data([0x1F, 0x8B]))
            let page = try await lab.leaklab("report", "latest", "--format", "html")
            #expect(page.output.contains("Where memory grew"), "\(page.errors)")
            let nobody = try await lab.leaklab("profile", "latest", "nobody")
            #expect(nobody.status == 64 && nobody.errors.contains("per-event-0"), "\(nobody.account)")
        }

        @Test(
            "take the last words of a pod before its limit kills it",
            .tags(.cgroup),
            .enabled(if: Capability.memoryCgroup)
        )
        func lastWords() async throws {
            try await LabFixture.with { lab in
                let scenario = try lab.scenario(
                    ShortScenario.text(
                        variants: ShortScenario.twoVariants,
                        more: "pods: {profile: on, memory: 96MiB, restart: {policy: on-failure, backOff: 1s}}"
                    )
                )
                let end = try await lab.leaklab("run", scenario, "--format", "json", "--unrehearsed")
                let variant = try #require(try end.result().variants.first, "\(end.account)")
                #expect(variant.oomKills > 0, "\(end.account)")
                let growth = try #require(variant.heapGrowth, "\(end.account)")
                #expect(growth.to == .lastWords, "\(growth)")
                #expect(growth.path.contains("IndexCache.init"), "\(growth)")
            }
        }
    }
}
