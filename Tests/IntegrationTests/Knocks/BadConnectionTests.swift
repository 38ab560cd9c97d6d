import Foundation
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("The connections to the broker are bad", .tags(.broker, .waiting), .timeLimit(.minutes(2)))
    struct BadConnectionTests {
        private struct Report: Decodable {
            struct Run: Decodable {
                struct Cell: Decodable {
                    var trouble: String
                    var phase: String
                }

                var cell: Cell
                var struck: Int
                var valid: Bool?
                var because: [String]
                var problems: [String]
            }

            var cells: [Run]
            var exitStatus: Int32
        }

        private static let cells = "cut@steady,flip-bits@drain,truncate@start,half-open@step"

        @Test("in one phase of a run: it is valid with all its events, or says what was wrong")
        func someCells() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    "selftest",
                    "--faults",
                    Self.cells,
                    "--lanes",
                    "4",
                    "--format",
                    "json",
                    "--quiet"
                )
                #expect(end.status == 0, "\(end.account)")
                let report = try JSONDecoder().decode(Report.self, from: Data(end.output.utf8))
                #expect(report.cells.count == 4 && report.cells.allSatisfy { $0.problems.isEmpty })
                #expect(report.cells.allSatisfy { $0.struck > 0 }, "\(end.output)")
                let cut = try #require(report.cells.first { $0.cell.phase == "steady" })
                #expect(cut.valid == false && cut.because.contains { $0.contains("the broker was away") })
                #expect(lab.leftBehind().isEmpty)
            }
        }
    }
}
