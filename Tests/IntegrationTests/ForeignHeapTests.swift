import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

extension Integration {
    /// The heap of programs that are not the lab's own, read by the agent.
    @Suite("Heaps of foreign consumers", .tags(.waiting), .timeLimit(.minutes(4)))
    struct ForeignHeapTests {
        private func variants(_ folder: String) -> String {
            ["old": "20", "new": "0"].sorted { $0.key > $1.key }.map { name, kept in
                """
                  - name: \(name)
                    \(kept == "0" ? "control: true" : "role: suspect")
                    command: [\(folder)/consumer, "{{bootstrapServers}}", "{{topic}}", "{{group}}", "\(kept)"]
                """
            }.joined(separator: "\n")
        }

        private func text(_ lab: LabFixture, pods: String) throws -> String {
            """
            workload:
              topic: sessions
              partitions: 4
              phases: [{name: peak, duration: 20s, rate: 2000/s}]
            verdict: {warmUp: 4s, hold: 1s}
            pods: \(pods)
            variants:
            \(variants(lab.folder))
            """
        }

        private func compile(_ lab: LabFixture) async throws {
            let child = ChildProcess(
                executable: "/usr/bin/env",
                arguments: [
                    "cc", "-O2", "-g", "-pthread", "-o", "\(lab.folder)/consumer",
                    Foreign.example("c/consumer.c"), "-lrdkafka",
                ],
                logPath: "\(lab.folder)/cc.log"
            )
            let end = try await child.run { _ in }.end
            #expect(end == .exited(0), "\(TextFile.contents(of: "\(lab.folder)/cc.log") ?? "")")
        }

        @Test(
            "in C: one object kept now and then is counted by size, and the culprit is its function",
            .enabled(if: Capability.heapProfiles && Foreign.hasCompiler, "needs jemalloc and a C compiler")
        )
        func leak() async throws {
            try await LabFixture.with { lab in
                try await compile(lab)
                let scenario = try lab.scenario(try text(lab, pods: "{profile: {sample: 4KiB}}"))
                let end = try await lab.leaklab("run", scenario, "--format", "json")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let (old, new) = (try result.variant("old"), try result.variant("new"))
                #expect(old.verdict == .leaking && new.verdict != .leaking, "\(end.account)")
                let line = try #require(old.evidence.first { $0.metric == "objects:80" }, "\(old.evidence)")
                let estimate = try #require(line.estimate)
                #expect((0.045...0.055).contains(estimate.estimate), "\(estimate)")
                #expect(old.because.contains { $0.contains("object of 80 B kept per 20 events") })
                #expect(old.heap.bytesPerEvent != nil && new.heap.peakBytes != nil)
                let growth = try #require(old.heapGrowth, "\(end.account)")
                #expect(growth.from == .warm && growth.to == .end, "\(growth)")
                #expect(growth.path.contains("open_session") || growth.path.contains("handle"), "\(growth)")
                #expect(!end.errors.contains("AgentAbsent"), "\(end.account)")
            }
        }

        @Test(
            "that no agent can be in runs as it would without one",
            .enabled(if: Capability.heapProfiles && Foreign.hasCompiler, "needs jemalloc and a C compiler")
        )
        func absent() async throws {
            try await LabFixture.with { lab in
                try await compile(lab)
                // What a shell starts and waits for is not the pod's first process.
                let program = "\(lab.folder)/consumer"
                let scenario = try lab.scenario(
                    try text(lab, pods: "{allocator: jemalloc}").replacing(
                        "[\(program), ",
                        with: "[env, -u, LD_PRELOAD, \(program), "
                    )
                )
                let end = try await lab.leaklab("run", scenario, "--format", "json")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                for variant in result.variants {
                    #expect(variant.events.processed == variant.events.produced, "\(end.account)")
                }
            }
        }
    }
}
