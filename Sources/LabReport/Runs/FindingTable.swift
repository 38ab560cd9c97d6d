import LabCore

extension Table {
    /// What was found besides growth: one row for each finding of each variant.
    init(findingsOf result: RunResult, _ styles: [String: SeriesStyle] = [:]) {
        func optional(_ title: String, _ text: @escaping (Finding) -> String?) -> Field<(String, Finding)> {
            func tone(of found: (String, Finding)) -> Tone { text(found.1) == nil ? .muted : .plain }
            return .number(title, tone: tone) { text($0.1) ?? Figure.unknown }
        }
        self.init(
            "Findings",
            group: "Variant",
            label: "Finding",
            of: result.variants.flatMap { variant in variant.findings.map { (variant.name, $0) } },
            row: { Row(Cell($0.1.title, $0.1.tone), of: $0.0, style: styles[$0.0]) },
            [
                .number("Value", tone: { $0.1.tone }) { $0.1.unit.text($0.1.value) },
                optional("Limit") { $0.limit.map($0.unit.text) },
                optional("Predicted") { finding in
                    finding.predicted.map { finding.unit.text($0) + finding.differenceText }
                },
                optional("Times") { $0.times.map { grouped($0) } }, .words("Note") { $0.1.remark },
            ]
        )
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
