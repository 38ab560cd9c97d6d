import Foundation
import LabCore
import Testing

@testable import LabAnalysis

/// `LEAKLAB_SENSITIVITY=1 swift test --filter RepetitionSensitivityTable` prints the table of docs/repetitions.md.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LEAKLAB_SENSITIVITY"] == "1", "only for the table"))
struct RepetitionSensitivityTable {
    private static let series = 100
    private static let repetitions = 5

    /// Percentage of single runs, and of five repetitions, that are called leaking.
    private static func shares(_ model: MemoryModel, leak: Double) -> String {
        var (alone, together) = (0, 0)
        for number in 0..<series {
            let votes = (0..<repetitions).map { repetition in
                vote(model, leak: leak, seed: UInt64(number * repetitions + repetition + 1))
            }
            alone += votes.count { $0.verdict == .leaking }
            together += CombinedVerdict(votes, settings: .standard).verdict == .leaking ? 1 : 0
        }
        let single = Double(alone) / Double(series * repetitions) * 100
        return
            "\(decimal(single, places: 0)) → \(decimal(Double(together) / Double(series) * 100, places: 0))"
    }

    private static func vote(_ model: MemoryModel, leak: Double, seed: UInt64) -> CombinedVerdict.Vote {
        var side = ComparisonModel.Side()
        side.life = LifeModel(model: model, seed: seed, bytesPerEvent: leak, memory: [.heap])
        let recording = ComparisonModel.recording([side], run: "r\(seed)", seed: seed)
        let result = RunAnalysis().result(of: recording)
        let run = RunMeasures(of: recording, result: result)
        return RepeatedVariant.Part(run: run, result: result.variants[0], measures: run.variants[0])
            .vote(.standard)
    }

    @Test("One run and five repetitions, of 60 s")
    func table() {
        let leaks: [Double] = [0, 32, 46, 60, 80]
        print("| memory | \(leaks.map { "\(Int($0))" }.joined(separator: " | ")) |")
        print("|---|\(leaks.map { _ in "--:" }.joined(separator: "|"))|")
        for model in MemoryModel.allCases {
            print(
                "| \(model.rawValue) | \(leaks.map { Self.shares(model, leak: $0) }.joined(separator: " | ")) |"
            )
        }
    }
}
