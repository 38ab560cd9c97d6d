package import LabCore

/// A comparison for a terminal.
package enum ComparisonTextReport {
    /// - Parameters:
    ///   - comparison: the document.
    ///   - width: terminal columns, taken as 80 at least and 200 at most.
    ///   - style: whether there are colours.
    /// - Returns: lines that end in line feeds.
    package static func render(
        _ comparison: ComparisonResult,
        width: Int = 80,
        style: TextStyle = .plain
    ) -> String {
        let width = min(200, max(80, width))
        let sections =
            [head(comparison, width)] + comparison.pairs.map { pair(comparison, $0, width) }
            + [notes(comparison, width), closing(comparison, width)]
        let lines = sections.filter { !$0.isEmpty }.joined(separator: [StyledText()])
        return lines.map { $0.truncated(to: width).rendered(style) + "\n" }.joined()
    }

    private static func paragraph(
        _ text: String,
        _ width: Int,
        lead: StyledText = StyledText(),
        tone: Tone = .plain
    ) -> [StyledText] {
        ParagraphText.lines(text, lead: lead, width: width, tone: tone)
    }

    private static func head(_ comparison: ComparisonResult, _ width: Int) -> [StyledText] {
        let title = comparison.title.isEmpty ? comparison.scenario : comparison.title
        return paragraph(title, width, tone: .strong) + paragraph(comparison.origin, width, tone: .muted)
            + [StyledText()] + paragraph(comparison.headline, width, tone: .strong)
    }

    private static func pair(
        _ comparison: ComparisonResult,
        _ pair: ComparisonResult.Pair,
        _ width: Int
    ) -> [StyledText] {
        let table = ComparisonTable(pair)
        let text = TextTable(
            columns: table.columns.map { StyledText($0, .strong) },
            rows: table.rows.map { row in
                .values(label: row.title, cells: row.cells.map { StyledText($0.text, $0.tone) })
            },
            widestLabel: 32
        )
        let heading = StyledText(comparison.heading(of: pair), .strong) + StyledText("  ")
        let title = [heading + StyledText(pair.outcome.text, pair.outcome.tone)]
        let because = pair.because.flatMap {
            paragraph($0, width, lead: StyledText("  · ", .muted))
        }
        return title + [StyledText()] + text.lines(width: width) + [StyledText()] + because
    }

    private static func notes(_ comparison: ComparisonResult, _ width: Int) -> [StyledText] {
        comparison.notes.flatMap { paragraph($0, width, lead: StyledText("note: ", .muted)) }
    }

    private static func closing(_ comparison: ComparisonResult, _ width: Int) -> [StyledText] {
        paragraph(
            comparison.exitText,
            width,
            lead: StyledText("exit status ", .muted),
            tone: comparison.exitStatus == 0 ? .good : .bad
        )
    }
}
