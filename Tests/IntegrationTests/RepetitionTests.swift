import Foundation
import LabCore
import LabTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Integration {
    @Suite("Repetitions", .tags(.waiting), .timeLimit(.minutes(2)))
    struct RepetitionTests {
        private func path(_ lab: LabFixture, seconds: Int = 4, schedule: String = "parallel") throws -> String
        {
            try lab.scenario(
                ShortScenario.text(
                    phases: "[{duration: \(seconds)s, rate: 1000/s}]",
                    variants: ShortScenario.twoVariants,
                    more:
                        "schedule: \(schedule)\nexpect: [per-event.tasks.perEvent.low > 0.9, singleton.lag.final == 0]"
                )
            )
        }

        private func repetitions(_ end: ProgramEnd) throws -> RepetitionsResult {
            try JSONDecoder().decode(RepetitionsResult.self, from: Data(end.output.utf8))
        }

        @Test("are runs of their own with seeds of their own, told together, and found again")
        func together() async throws {
            try await LabFixture.with { lab in
                let baseline = "\(lab.folder)/baseline.json"
                let end = try await lab.leaklab(
                    "run",
                    try path(lab, schedule: "sequential"),
                    "--repeat",
                    "2",
                    "--format",
                    "json",
                    "--save-baseline",
                    baseline
                )
                let result = try repetitions(end)
                #expect(result.exitStatus == end.status, "\(end.account)")
                let used = result.repetitions.filter { $0.use == .used }
                #expect(used.map(\.seed) == [1, 2], "\(end.account)")
                #expect(used.map(\.order) == [["per-event", "singleton"], ["singleton", "per-event"]])
                #expect(Set(used.map(\.run)).isSubset(of: Set(lab.runs)))
                let suspect = try #require(result.variants.first)
                #expect(suspect.verdict == .leaking)
                let tasks = try #require(suspect.figures.first { $0.metric == .tasks })
                #expect(try #require(tasks.estimate) > 0.9 && tasks.values.count == 2)
                #expect(result.expectations.map(\.met) == [true, true], "\(end.account)")

                let again = try await lab.leaklab("report", "rep-latest", "--format", "json")
                #expect(again.output == end.output)
                let text = try await lab.leaklab("report", result.id).output
                #expect(text.contains("leaking in 2 of 2 repetitions"), "\(text)")

                let comparison = try await lab.leaklab("compare", "rep-latest", "--format", "json")
                #expect(comparison.output.contains("paired repetitions"), "\(comparison.account)")
                let lists = try await lab.leaklab(
                    "compare",
                    used.map(\.run).joined(separator: ",") + ":per-event",
                    ":singleton"
                )
                #expect(lists.output.contains("singleton instead of per-event"), "\(lists.account)")
                let file = try await lab.leaklab("compare", "--baseline", baseline, "rep-latest")
                #expect(file.output.contains("= same"), "\(file.account)")
            }
        }

        @Test("end after Ctrl-C with what the whole ones came to")
        func interrupted() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    "run",
                    try path(lab, seconds: 6),
                    "--repeat",
                    "50",
                    "--format",
                    "json"
                ) { run in
                    try await eventually("the first repetition is whole", within: .seconds(60)) {
                        run.errors.contains("Repetition 1 of 50")
                    }
                    try await eventually("the second one has begun", within: .seconds(30)) {
                        lab.runs.count { !$0.hasPrefix("rep-") } > 1
                    }
                    kill(-run.pid, SIGINT)
                }
                #expect(end.status == 130, "\(end.account)")
                let result = try repetitions(end)
                #expect(result.exitStatus == 130 && result.used >= 1 && result.asked == 50)
                #expect(result.variants.first?.verdict == .leaking)
            }
        }

        @Test("with a baseline are compared in the same breath; another load is refused before a run")
        func baseline() async throws {
            try await LabFixture.with { lab in
                let baseline = "\(lab.folder)/baseline.json"
                let scenario = try path(lab)
                let first = try await lab.leaklab("run", scenario, "--save-baseline", baseline)
                #expect(first.errors.contains("Baseline: "), "\(first.account)")

                let refused = try await lab.leaklab(
                    "run",
                    scenario,
                    "--baseline",
                    baseline,
                    "--set",
                    "workload.partitions=8"
                )
                #expect(refused.status == 64)
                #expect(
                    refused.errors.contains("workload.partitions is 4 there and 8 here"),
                    "\(refused.account)"
                )
                #expect(lab.runs.count == 1)

                let second = try await lab.leaklab(
                    "run",
                    scenario,
                    "--baseline",
                    baseline,
                    "--format",
                    "json"
                )
                let result = try second.result()
                #expect(result.exitStatus == second.status)
                let comparison = try #require(result.comparison)
                #expect(comparison.base.baseline == baseline && comparison.candidate.run == result.run)
                let own = try await lab.leaklab("report", "latest", "--format", "json").result()
                let statuses = [own.exitStatus, comparison.exitStatus]
                let expected: Int32 = statuses.contains(2) ? 2 : statuses.contains(3) ? 3 : 0
                #expect(second.status == expected, "\(statuses)")
            }
        }
    }
}
