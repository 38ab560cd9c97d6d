import Foundation
import LabCore
import Testing

@testable import LabAnalysis

/// Prints the table of docs/compare.md.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LEAKLAB_SENSITIVITY"] == "1", "only for the table"))
struct ComparisonSensitivityTable {
    private static let pairs = 50

    private func shares(_ model: MemoryModel, _ seconds: Double, leak: Double) throws -> String {
        var base = ComparisonModel.Side()
        (base.life.model, base.life.seconds) = (model, seconds)
        var candidate = base
        candidate.life.bytesPerEvent = leak
        var outcomes: [ComparisonOutcome: Int] = [:]
        for seed in 1...UInt64(Self.pairs) {
            outcomes[try ComparisonModel.compare(base, candidate, seed: seed).outcome, default: 0] += 1
        }
        let order: [ComparisonOutcome] =
            leak > 0 ? [.worse, .unknown, .same] : [.same, .unknown, .worse, .better]
        return order.map { "\(outcomes[$0, default: 0])" }.joined(separator: " / ")
    }

    @Test("How often runs of one build, and of a leaking one, are told apart")
    func table() throws {
        print("| memory | s | one build | 80 B/event | 400 B/event |\n|---|--:|--:|--:|--:|")
        for model in MemoryModel.allCases {
            for seconds in [60.0, 300] {
                let cells = try [0.0, 80, 400].map { try shares(model, seconds, leak: $0) }
                print("| \(model.rawValue) | \(Int(seconds)) | \(cells.joined(separator: " | ")) |")
            }
        }
    }
}
