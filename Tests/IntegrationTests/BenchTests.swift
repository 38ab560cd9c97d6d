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
    @Suite("The benchmark", .timeLimit(.minutes(1)))
    struct BenchTests {
        private static let text = ShortScenario.text(
            phases: "[{name: peak, duration: 60s, rate: 2000/s}]",
            variants: ShortScenario.twoVariants
        )

        @Test("measures each variant alone, searches upwards, leaves nothing, and goes on where it was")
        func outcome() async throws {
            try await LabFixture.with { lab in
                let arguments = [
                    "bench", try lab.write(Self.text, to: "reference.yaml"), "--rates", "400/s",
                    "--duration", "2s", "--warm-up", "500ms", "--max-rate", "800/s", "--verify", "1",
                    "--format", "json", "--results", "\(lab.folder)/results.jsonl",
                ]
                let end = try await lab.leaklab(arguments)
                #expect(end.status == 0, "\(end.account)")
                #expect(end.duration < .seconds(45))
                let result = try JSONDecoder().decode(BenchResult.self, from: Data(end.output.utf8))
                #expect(result.cells.map(\.variant) == ["per-event", "singleton"])
                #expect(result.cells.allSatisfy { $0.outcomes.sustained == 1 })
                #expect(result.shape.partitions == 32)
                // How much depends on the machine; the control has none.
                #expect(try #require(result.cells[0].cpuAgainstControl).estimate > 0)
                #expect(result.cells[1].cpuAgainstControl == nil)
                for found in result.sustained {
                    #expect(found.rate.perSecond == 800)
                    #expect(found.rate.limit == .highestAllowed)
                    #expect(found.rate.isVerified)
                }
                #expect(result.measurements.count == 4)
                for figures in result.measurements.map(\.figures) {
                    #expect(abs(figures.produced - figures.due) <= 128)
                    #expect(figures.p99Millis ?? 0 > 0)
                    #expect(figures.lost == 0)
                }
                #expect(lab.runs.isEmpty)

                let again = try await lab.leaklab(arguments)
                #expect(again.status == 0)
                #expect(again.duration < .seconds(5))
                #expect(again.errors.contains("known already"))
                // All but the limit, which is that of the memory that was free.
                let repeated = try JSONDecoder().decode(BenchResult.self, from: Data(again.output.utf8))
                #expect(repeated.measurements == result.measurements)
                #expect(repeated.cells == result.cells)
                #expect(repeated.sustained == result.sustained)
            }
        }

        @Test("prints what there is when it is interrupted, and leaves nothing behind")
        func interrupted() async throws {
            try await LabFixture.with { lab in
                let path = try lab.write(Self.text, to: "reference.yaml")
                let end = try await lab.leaklab("bench", path, "--duration", "60s", "--format", "json") {
                    run in
                    try await lab.eventsFlow()
                    kill(-run.pid, SIGINT)
                }
                #expect(end.status == 130, "\(end.account)")
                #expect(end.duration < .seconds(30))
                let result = try JSONDecoder().decode(BenchResult.self, from: Data(end.output.utf8))
                #expect(result.isInterrupted)
                #expect(result.measurements.isEmpty)
                #expect(lab.processes().isEmpty)
                #expect(lab.runs.isEmpty)
            }
        }
    }
}
