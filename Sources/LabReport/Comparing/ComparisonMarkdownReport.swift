package import LabCore

/// A comparison for a pull request: what to ship first, then the lines, then how they came about.
package enum ComparisonMarkdownReport {
    package static func render(_ comparison: ComparisonResult) -> String {
        ([head(comparison)] + comparison.pairs.map { pair(comparison, $0) } + [
            notes(comparison), legend, closing(comparison),
        ])
        .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func head(_ comparison: ComparisonResult) -> String {
        let title = comparison.title.isEmpty ? comparison.scenario : comparison.title
        let mark = comparison.exitStatus == 0 ? "✅" : comparison.outcome == .unknown ? "❔" : "❌"
        return """
            ## LeakLab: \(MarkdownText.escaped(title))

            \(mark) **\(MarkdownText.escaped(comparison.headline))**

            """
    }

    private static func pair(_ comparison: ComparisonResult, _ pair: ComparisonResult.Pair) -> String {
        let table = ComparisonTable(pair)
        let rows = table.rows.map { row in
            [MarkdownText.escaped(row.title)] + row.cells.map(MarkdownReport.cell)
        }
        let because = pair.because.map { "- \(MarkdownText.escaped($0))\n" }.joined()
        let heading = MarkdownText.escaped(comparison.heading(of: pair))
        return "### \(heading): \(pair.outcome.text)\n\n" + summaries(pair) + because + "\n"
            + MarkdownText.table([""] + table.columns.map(MarkdownText.escaped), rows, alignsRight: true)
            + "\n" + MarkdownReport.folded("How each line was found", methods(pair))
    }

    /// What the two do, for readers who do not know their names.
    private static func summaries(_ pair: ComparisonResult.Pair) -> String {
        let subjects =
            pair.base.variant == pair.candidate.variant ? [pair.candidate] : [pair.candidate, pair.base]
        return subjects.filter { !$0.summary.isEmpty }.map {
            "- \(MarkdownText.code($0.variant)): \(MarkdownText.escaped($0.summary))\n"
        }
        .joined()
    }

    private static func methods(_ pair: ComparisonResult.Pair) -> String {
        let rows = pair.lines.map { line in
            [
                MarkdownText.escaped(line.metric.title), MarkdownText.escaped(line.method), "\(line.n)",
                MarkdownText.escaped(line.note ?? ""),
            ]
        }
        return MarkdownText.table(["Line", "Method", "n", "Note"], rows)
    }

    private static func notes(_ comparison: ComparisonResult) -> String {
        guard !comparison.notes.isEmpty else { return "" }
        return "> [!NOTE]\n" + comparison.notes.map { "> - \(MarkdownText.escaped($0))\n" }.joined()
    }

    private static let legend = """
        A line is the *same* if the 98 % interval of its effect lies within the tolerance, *better* or *worse* if it lies \
        wholly outside, and *unknown* otherwise.

        """

    private static func closing(_ comparison: ComparisonResult) -> String {
        "<sub>\(MarkdownText.escaped(comparison.origin)) · exit status \(MarkdownText.escaped(comparison.exitText))</sub>\n"
    }
}
