package import LabCore

/// A benchmark for a pull request or a page.
package enum BenchMarkdownReport {
    package static func render(_ result: BenchResult) -> String {
        let tables = BenchTables(result)
        let title = result.title.isEmpty ? result.scenario : result.title
        let sections = [
            "## LeakLab bench: \(MarkdownText.escaped(title))\n",
            "\(MarkdownText.escaped(tables.method))\n",
            table(tables.matrix, BenchTables.columns),
            tables.sustained.isEmpty ? "" : "### Highest sustained rate\n",
            table(tables.sustained, BenchTables.sustainedColumns),
            tables.remarks.map { "- \(MarkdownText.escaped($0))\n" }.joined(),
            notes(result),
            "<sub>exit status \(MarkdownText.escaped(tables.conclusion))</sub>\n",
        ]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func table(_ groups: [BenchTables.Group], _ columns: [String]) -> String {
        guard !groups.isEmpty else { return "" }
        let rows = groups.flatMap { group in
            let heading = group.title.isEmpty ? [] : [["**\(MarkdownText.escaped(group.title))**"]]
            return heading.map { $0 + Array(repeating: "", count: columns.count) }
                + group.rows.map { row in
                    [MarkdownText.escaped(row.title)] + row.cells.map(MarkdownReport.cell)
                }
        }
        return MarkdownText.table([""] + columns.map(MarkdownText.escaped), rows, alignsRight: true)
    }

    private static func notes(_ result: BenchResult) -> String {
        guard !result.notes.isEmpty else { return "" }
        return "> [!NOTE]\n" + result.notes.map { "> - \(MarkdownText.escaped($0))\n" }.joined()
    }
}
