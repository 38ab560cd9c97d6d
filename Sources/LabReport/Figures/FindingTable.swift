package import LabCore

/// What was found besides growth: one line for each finding of each variant.
package struct FindingTable: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        package var variant: String
        /// Such as `! spike of heap`, the mark for one beyond its limit.
        package var title: String
        package var tone: Tone
        package var cells: [Comparison.Cell]
        /// What a person needs to understand the value; empty if nothing.
        package var note: String
    }

    /// Titles of the cells, all of which are numbers.
    package static let columns = ["Value", "Limit", "Predicted", "Times"]

    package var rows: [Row]

    package init(_ result: RunResult) {
        rows = result.variants.flatMap { variant in
            variant.findings.map { finding in
                Row(
                    variant: variant.name,
                    title: finding.title,
                    tone: finding.tone,
                    cells: Self.cells(of: finding),
                    note: finding.remark
                )
            }
        }
    }

    private static func cells(of finding: Finding) -> [Comparison.Cell] {
        [
            .init(finding.unit.text(finding.value), finding.isBeyondLimit ? .warning : .plain),
            cell(finding.limit.map(finding.unit.text)),
            cell(finding.predicted.map { finding.unit.text($0) + finding.differenceText }),
            cell(finding.times.map { grouped($0) }),
        ]
    }

    private static func cell(_ text: String?) -> Comparison.Cell {
        text.map { .init($0) } ?? .init(Figure.unknown, .muted)
    }
}

extension Finding {
    fileprivate var title: String {
        "\(isBeyondLimit ? "! " : "")\(kind.rawValue) of \(metric)"
    }

    fileprivate var remark: String {
        [rising == true ? "still rising at the end" : nil, note].compactMap(\.self).joined(separator: "; ")
    }

    /// What is told without a limit warns of nothing.
    fileprivate var tone: Tone { isBeyondLimit ? .warning : .plain }
}
