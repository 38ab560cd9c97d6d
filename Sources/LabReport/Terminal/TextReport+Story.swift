import LabCore

extension TextReport {
    /// For each variant that changes, its steps side by side.
    static func steps(_ report: RunReport, _ width: Int) -> [StyledText] {
        let table = SegmentTable(report.result)
        let variants = report.result.variants.filter { $0.segments.count > 1 }
        let blocks = variants.map { variant -> [StyledText] in
            let rows = table.rows.filter { $0.variant == variant.name && !$0.step.isEmpty }
            let lines = SegmentTable.columns.enumerated().map { index, column in
                TextTable.Row.values(
                    label: column.title.lowercasedFirst,
                    cells: rows.map { StyledText($0.cells[index].text, $0.cells[index].tone) }
                )
            }
            let text = TextTable(columns: rows.map { StyledText($0.step, .strong) }, rows: lines)
            return [StyledText(variant.name, .strong) + StyledText("  step by step")]
                + text.lines(width: width)
        }
        return Array(blocks.joined(separator: [StyledText()]))
    }

    /// What was found besides growth; empty if nothing was.
    static func findings(_ report: RunReport, _ width: Int) -> [StyledText] {
        let found = FindingTable(report.result).rows
        guard !found.isEmpty else { return [] }
        var rows: [TextTable.Row] = []
        for variant in report.result.variants {
            let own = found.filter { $0.variant == variant.name }
            if !own.isEmpty { rows.append(.heading(variant.name)) }
            rows += own.map { row in
                .values(label: row.title, cells: row.cells.map { StyledText($0.text, $0.tone) })
            }
        }
        let columns = FindingTable.columns.map { StyledText($0.lowercasedFirst) }
        return [StyledText("Findings", .strong)]
            + TextTable(columns: columns, rows: rows, widestLabel: 32).lines(width: width)
    }

    /// What was foretold of the waves, and what a pod gained before them.
    static func waves(_ report: RunReport, _ width: Int) -> [StyledText] {
        let figures = WaveFigure.all(of: report.result)
        guard !figures.isEmpty else { return [] }
        let idle = IdleGrowth.phases(of: report).flatMap { phase in
            report.recording.variants.compactMap { IdleGrowth(of: $0, in: phase, report: report) }
        }
        let sentences =
            idle.map(\.sentence)
            + figures.map {
                "\($0.owner), \($0.name): \($0.observed), predicted \($0.predicted), off by \($0.error)"
            }
        return [StyledText("Waves", .strong)]
            + sentences.flatMap { ParagraphText.lines($0, lead: StyledText("  · ", .muted), width: width) }
    }

    /// Where events were lost; empty if none were.
    static func losses(_ report: RunReport, _ width: Int) -> [StyledText] {
        let sentences = report.result.variants.flatMap(\.lossSentences)
        guard !sentences.isEmpty else { return [] }
        return [StyledText("Lost events", .strong)]
            + sentences.flatMap { ParagraphText.lines($0, lead: StyledText("  ! ", .bad), width: width) }
    }
}

extension String {
    /// `Verdict` as `verdict`; words of capitals such as `OOM kills` stay.
    fileprivate var lowercasedFirst: String {
        guard let second = dropFirst().first, second.isLowercase else { return self }
        return prefix(1).lowercased() + dropFirst()
    }
}
