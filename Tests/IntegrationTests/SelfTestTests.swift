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
    @Suite("The self-test", .timeLimit(.minutes(1)))
    struct SelfTestTests {
        private static let quick = "quick: {workload.phases.peak.duration: 7s}"
        private static let longPhases = "[{name: peak, duration: 60s, rate: 2000/s}]"

        @Test(
            "runs quick forms side by side, tells the one that fails, keeps its recording, and goes on where it was"
        )
        func outcome() async throws {
            try await LabFixture.with { lab in
                let right = ShortScenario.text(
                    phases: Self.longPhases,
                    variants: ShortScenario.twoVariants,
                    more: Self.quick
                )
                let swapped = """
                      - {name: suspected, role: suspect, handler: singleton}
                      - {name: trusted, role: fix, handler: per-event, control: true}
                    """
                let wrong = ShortScenario.text(phases: Self.longPhases, variants: swapped, more: Self.quick)
                let arguments = [
                    "selftest", try lab.write(right, to: "right.yaml"),
                    try lab.write(wrong, to: "wrong.yaml"),
                    "--quick", "--format", "json", "--results", "\(lab.folder)/results.jsonl",
                ]
                let end = try await lab.leaklab(arguments)
                #expect(end.status == 2, "\(end.account)")
                #expect(end.duration < .seconds(30))
                let rows = try Self.rows(end.output)
                #expect(rows == ["right 1/1 1/1", "wrong 0/1 0/1", "all 1/2 1/2"])
                #expect(end.errors.contains("suspect suspected is not flagged"))
                #expect(lab.runs.count == 1)
                let kept = try await lab.leaklab("report", "latest", "--format", "json").result()
                #expect(kept.scenario == "wrong")

                let again = try await lab.leaklab(arguments)
                #expect(again.status == 2)
                #expect(again.duration < .seconds(5))
                #expect(try Self.rows(again.output) == rows)
            }
        }

        /// Scenario, suspects flagged and controls clean of each row.
        private static func rows(_ output: String) throws -> [String] {
            struct Tally: Decodable {
                var count: Int
                var of: Int
            }
            struct Row: Decodable {
                var scenario: String
                var suspectsFlagged: Tally
                var controlsClean: Tally
            }
            struct Document: Decodable { var scenarios: [Row] }
            return try JSONDecoder().decode(Document.self, from: Data(output.utf8)).scenarios.map { row in
                let (suspects, controls) = (row.suspectsFlagged, row.controlsClean)
                return "\(row.scenario) \(suspects.count)/\(suspects.of) \(controls.count)/\(controls.of)"
            }
        }

        @Test(
            "ends its runs when it is interrupted, and leaves nothing behind",
            .serialized,
            arguments: [1, 2]
        )
        func interrupted(_ times: Int) async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(phases: Self.longPhases, variants: ShortScenario.twoVariants)
                let path = try lab.write(text, to: "long.yaml")
                let end = try await lab.leaklab("selftest", path, "--results", "\(lab.folder)/results.jsonl")
                { run in
                    try await lab.eventsFlow()
                    kill(-run.pid, SIGINT)
                    try await eventually("the first is answered") { run.errors.contains("Ctrl-C again") }
                    guard times > 1 else { return }
                    kill(-run.pid, SIGINT)
                    try await eventually("nothing is left", within: .seconds(2)) { lab.processes().isEmpty }
                }
                #expect(end.status == 130, "\(end.account)")
                #expect(end.duration < .seconds(30))
                #expect(lab.processes().isEmpty)
                // A run that was ended early says nothing: it is to be run again.
                #expect(!FileManager.default.fileExists(atPath: "\(lab.folder)/results.jsonl"))
                if times == 1 { #expect(lab.runs.isEmpty) }
            }
        }
    }
}
