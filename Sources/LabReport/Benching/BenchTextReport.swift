package import LabCore

/// A benchmark for a terminal.
package enum BenchTextReport {
    /// - Parameters:
    ///   - result: the document.
    ///   - width: terminal columns, taken as 80 at least and 200 at most.
    ///   - style: whether there are colours.
    /// - Returns: lines that end in line feeds.
    package static func render(
        _ result: BenchResult,
        width: Int = 80,
        style: TextStyle = .plain
    ) -> String {
        let width = min(200, max(80, width))
        let tables = BenchTables(result)
        let sections = [
            head(result, tables, width),
            table(tables.matrix, BenchTables.columns, width),
            sustained(tables, width),
            notes(result, width),
            closing(result, tables, width),
        ]
        let lines = sections.filter { !$0.isEmpty }.joined(separator: [StyledText()])
        return lines.map { $0.truncated(to: width).rendered(style) + "\n" }.joined()
    }

    private static func head(_ result: BenchResult, _ tables: BenchTables, _ width: Int) -> [StyledText] {
        let title = result.title.isEmpty ? result.scenario : result.title
        let machine = result.environment.filter { ["processor", "memory"].contains($0.label) }.map(\.value)
        return ParagraphText.lines(title, lead: StyledText(), width: width, tone: .strong)
            + ParagraphText.lines(
                ([tables.method] + (machine.isEmpty ? [] : [machine.joined(separator: ", ") + "."])).joined(
                    separator: " "
                ),
                lead: StyledText(),
                width: width,
                tone: .muted
            )
    }

    private static func table(
        _ groups: [BenchTables.Group],
        _ columns: [String],
        _ width: Int
    )
        -> [StyledText]
    {
        guard !groups.isEmpty else { return [] }
        return TextTable(
            columns: columns.map { StyledText($0, .strong) },
            rows: groups.flatMap { group in
                (group.title.isEmpty ? [] : [TextTable.Row.heading(group.title)])
                    + group.rows.map { row in
                        TextTable.Row.values(
                            label: row.title,
                            cells: row.cells.map { StyledText($0.text, $0.tone) }
                        )
                    }
            }
        )
        .lines(width: width)
    }

    private static func sustained(_ tables: BenchTables, _ width: Int) -> [StyledText] {
        let lines = table(tables.sustained, BenchTables.sustainedColumns, width)
        guard !lines.isEmpty else { return [] }
        let remarks = tables.remarks.flatMap {
            ParagraphText.lines($0, lead: StyledText("  · ", .muted), width: width)
        }
        return [StyledText("Highest sustained rate", .strong), StyledText()] + lines
            + (remarks.isEmpty ? [] : [StyledText()] + remarks)
    }

    private static func notes(_ result: BenchResult, _ width: Int) -> [StyledText] {
        result.notes.flatMap { ParagraphText.lines($0, lead: StyledText("note: ", .muted), width: width) }
    }

    private static func closing(_ result: BenchResult, _ tables: BenchTables, _ width: Int) -> [StyledText] {
        ParagraphText.lines(
            tables.conclusion,
            lead: StyledText("exit status ", .muted),
            width: width,
            tone: result.exitStatus == 0 ? .good : .bad
        )
    }
}
