import Foundation
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("The zoo", .timeLimit(.minutes(2)))
    struct ZooTests {
        @Test("runs cells side by side, notes what they truly kept, and goes on where it was")
        func outcome() async throws {
            try await LabFixture.with { lab in
                let arguments = [
                    "accuracy", "zoo", "--cell", "swift-malloc-2000", "--cell", "python-nothing-300",
                    "--duration",
                    "25s", "--seeds", "1", "--format", "json", "--results", "\(lab.folder)/zoo.jsonl",
                    "--keep",
                ]
                let end = try await lab.leaklab(arguments)
                let document = try Self.document(end)
                let leak = try #require(document.runs.first { $0.cell == "swift-malloc-2000" })
                // 50,000 events; some may be handled after the counters were read last.
                #expect((40_000...50_000).contains(leak.truth.leakedUnits ?? 0), "\(end.account)")
                #expect(leak.truth.leakedBytes == leak.truth.leakedUnits.map { $0 * 80 })
                if let bounded = document.runs.first(where: { $0.cell == "python-nothing-300" }) {
                    #expect(bounded.truth.leakedUnits == 0)
                } else {
                    #expect(document.skipped.map(\.cell) == ["python-nothing-300"])
                }

                let again = try await lab.leaklab(arguments)
                #expect(again.duration < .seconds(10))
                #expect(try Self.document(again).runs.map(\.run) == document.runs.map(\.run))
                let judged = try await lab.leaklab(arguments + ["--again"])
                #expect(try Self.document(judged).runs.map(\.run) == document.runs.map(\.run))
            }
        }

        private struct Document: Decodable {
            struct Truth: Decodable {
                var leakedUnits: Double?
                var leakedBytes: Double?
            }
            struct Run: Decodable {
                var cell: String
                var run: String?
                var truth: Truth
            }
            struct Skipped: Decodable { var cell: String }
            var runs: [Run]
            var skipped: [Skipped]
        }

        private static func document(_ end: ProgramEnd) throws -> Document {
            #expect([0, 2].contains(end.status), "\(end.account)")
            return try JSONDecoder().decode(Document.self, from: Data(end.output.utf8))
        }
    }
}
