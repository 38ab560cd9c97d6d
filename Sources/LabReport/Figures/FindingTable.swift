package import LabCore

extension Table {
    /// What was found besides growth: one row for each finding of each variant.
    package init(findingsOf result: RunResult, _ styles: [String: SeriesStyle] = [:]) {
        self.init(
            "Findings",
            group: "Variant",
            label: "Finding",
            columns: .numbers("Value", "Limit", "Predicted", "Times") + [Column("Note", .words)],
            rows: result.variants.flatMap { variant in
                variant.findings.map { finding in
                    Row(
                        Cell(finding.title, finding.tone),
                        Self.cells(of: finding) + [Cell(finding.remark)],
                        of: variant.name,
                        style: styles[variant.name]
                    )
                }
            }
        )
    }

    private static func cells(of finding: Finding) -> [Cell] {
        [
            Cell(finding.unit.text(finding.value), finding.isBeyondLimit ? .warning : .plain),
            cell(finding.limit.map(finding.unit.text)),
            cell(finding.predicted.map { finding.unit.text($0) + finding.differenceText }),
            cell(finding.times.map { grouped($0) }),
        ]
    }

    private static func cell(_ text: String?) -> Cell {
        text.map { Cell($0) } ?? Cell(Figure.unknown, .muted)
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
