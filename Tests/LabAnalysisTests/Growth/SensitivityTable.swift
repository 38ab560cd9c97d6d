import Foundation
import LabCore
import Testing

/// `LEAKLAB_SENSITIVITY=1 swift test --filter SensitivityTable` prints the table of docs/verdict.md.
@Suite("The table of false alarms and sensitivity")
struct SensitivityTable {
    private static let runs = ProcessInfo.processInfo.environment["LEAKLAB_RUNS"].flatMap { Int($0) } ?? 1_000
    private static let leaks: [Double] = [0, 32, 80, 21_000]

    @Test(
        "A row for each model and length",
        .enabled(
            if: ProcessInfo.processInfo.environment["LEAKLAB_SENSITIVITY"] != nil,
            "set LEAKLAB_SENSITIVITY=1"
        )
    )
    func table() async {
        let rows = await withTaskGroup(of: (Int, String).self) { group in
            let lengths: [Double] = [60, 110]
            let models = MemoryModel.allCases.flatMap { model in lengths.map { (model, $0) } }
            for (index, (model, seconds)) in models.enumerated() {
                group.addTask { (index, Self.row(model, seconds)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        #expect(rows.count == 2 * MemoryModel.allCases.count)
        print("| memory | s | heap 0 | 32 | 80 | 21,000 | control 0 | 32 | 80 | 21,000 |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
        print(rows.joined(separator: "\n"))
    }

    private static func percent(_ share: Double) -> String { decimal(share * 100, places: 1) }

    private static func row(_ model: MemoryModel, _ seconds: Double) -> String {
        let alarms = leaks.map {
            Sensitivity(model: model, seconds: seconds, bytesPerEvent: $0).alarms(runs: runs)
        }
        let cells =
            alarms.map { "\(percent($0.heapShare)) / \(percent($0.boundedShare))" }
            + alarms.map { percent($0.pairedShare) }
        return "| \(model.rawValue) | \(Int(seconds)) | " + cells.joined(separator: " | ") + " |"
    }
}
