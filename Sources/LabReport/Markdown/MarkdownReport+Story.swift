import LabCore

extension MarkdownReport {
    static func steps(_ report: RunReport) -> String {
        let table = SegmentTable(report.result)
        guard !table.rows.isEmpty else { return "" }
        let head = ["Step"] + SegmentTable.columns.map(\.title)
        let rows = table.rows.map { [MarkdownText.escaped($0.title)] + $0.cells.map(cell) }
        return "### Step by step\n\n" + MarkdownText.table(head, rows)
    }

    static func findings(_ report: RunReport) -> String {
        let rows = FindingTable(report.result).rows.map { row in
            [MarkdownText.code(row.variant), MarkdownText.escaped(row.title)] + row.cells.map(cell)
                + [MarkdownText.escaped(row.note)]
        }
        guard !rows.isEmpty else { return "" }
        let head = ["Variant", "Finding"] + FindingTable.columns + ["Note"]
        return "### Findings\n\n" + MarkdownText.table(head, rows)
    }

    static func waves(_ report: RunReport) -> String {
        let rows = WaveFigure.all(of: report.result).map { figure in
            [figure.owner, figure.name, figure.predicted, figure.observed, figure.error].map(
                MarkdownText.escaped
            )
        }
        guard !rows.isEmpty else { return "" }
        return "### Waves\n\n"
            + MarkdownText.table(["Pods", "Figure", "Predicted", "Observed", "Off by"], rows)
    }

    static func losses(_ report: RunReport) -> String {
        let sentences = report.result.variants.flatMap(\.lossSentences)
        guard !sentences.isEmpty else { return "" }
        return "### Lost events\n\n" + sentences.map { "- \(MarkdownText.escaped($0))\n" }.joined()
    }

    static func caveats(_ report: RunReport) -> String {
        guard let caveats = RunCaveats(report) else { return "" }
        let lead = caveats.lead.map { "\(MarkdownText.escaped($0))\n\n" } ?? ""
        return folded(
            caveats.title,
            lead + caveats.sentences.map { "- \(MarkdownText.escaped($0))\n" }.joined()
        )
    }
}
