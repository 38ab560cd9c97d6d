import LabCore

/// The end-of-run comparison for a terminal.
package enum TextReport {
    /// Lines that end in line feeds and are at most `width` terminal columns wide, which is taken as 80 at least and
    /// 200 at most.
    package static func render(_ report: RunReport, width: Int = 80, style: TextStyle = .plain) -> String {
        let width = min(200, max(80, width))
        let table = comparison(report, width)
        let hasOriginal = table.columns.count > report.result.variants.count
        let sections = [
            title(report, width), invalidity(report, width), headline(report, width),
            table.lines(width: width), findings(report, width), steps(report, width), waves(report, width),
            losses(report, width),
            reasons(report, width), original(report, width, isInTable: hasOriginal),
            expectations(report, width), closing(report, width),
        ]
        let lines = sections.filter { !$0.isEmpty }.joined(separator: [StyledText()])
        return lines.map { $0.truncated(to: width).rendered(style) + "\n" }.joined()
    }

    private static func title(_ report: RunReport, _ width: Int) -> [StyledText] {
        let header = report.header
        let facts = [
            header.scenario, "run \(header.id)", report.durationText, "seed \(header.seed)",
            "broker \(header.broker.kind)", "memory \(header.memoryControl)",
        ]
        let title = header.title.isEmpty ? header.scenario : header.title
        return ParagraphText.lines(title, lead: StyledText(), width: width, tone: .strong)
            + ParagraphText.lines(
                facts.joined(separator: " · "),
                lead: StyledText(),
                width: width,
                tone: .muted
            )
    }

    private static func invalidity(_ report: RunReport, _ width: Int) -> [StyledText] {
        guard !report.reasonsForInvalidity.isEmpty else { return [] }
        let loud = "!! INVALID RUN: do not draw conclusions from the figures below"
        return ParagraphText.lines(loud, lead: StyledText(), width: width, tone: .bad)
            + report.reasonsForInvalidity.flatMap {
                ParagraphText.lines($0, lead: StyledText("!! ", .bad), width: width)
            }
    }

    private static func headline(_ report: RunReport, _ width: Int) -> [StyledText] {
        ParagraphText.lines(report.headline, lead: StyledText(), width: width, tone: .strong)
    }

    /// The original incident's figures are a column of their own if that fits beside the others.
    private static func comparison(_ report: RunReport, _ width: Int) -> TextTable {
        let comparison = Comparison(report)
        let plain = table(report, comparison, hasOriginal: false)
        guard comparison.hasOriginal else { return plain }
        let extended = table(report, comparison, hasOriginal: true)
        return extended.fits(width) ? extended : plain
    }

    private static func table(_ report: RunReport, _ comparison: Comparison, hasOriginal: Bool) -> TextTable {
        let styles = report.styles
        var columns = comparison.variants.map { variant in
            StyledText(variant.name, styles[variant.name].map { .series($0.index) } ?? .strong)
        }
        if hasOriginal { columns.append(StyledText("original", .muted)) }
        var rows: [TextTable.Row] = []
        for group in comparison.groups {
            // The first group needs no heading: it follows the names of the variants.
            if !rows.isEmpty { rows.append(.heading(group.title)) }
            rows += group.rows.map { row in
                let cells = row.cells.map { StyledText($0.text, $0.tone) }
                let original = hasOriginal ? [StyledText(row.original ?? "", .muted)] : []
                return .values(label: row.label, cells: cells + original)
            }
        }
        return TextTable(columns: columns, rows: comparison.variants.isEmpty ? [] : rows)
    }

    private static func reasons(_ report: RunReport, _ width: Int) -> [StyledText] {
        let blocks: [[StyledText]] = report.result.variants.map { variant in
            let name = StyledText(variant.name, .strong) + StyledText("  ")
            return [name + StyledText(variant.verdictText, variant.verdictTone)]
                + variant.because.flatMap {
                    ParagraphText.lines($0, lead: StyledText("  · ", .muted), width: width)
                }
        }
        return Array(blocks.joined(separator: [StyledText()]))
    }

    private static func original(_ report: RunReport, _ width: Int, isInTable: Bool) -> [StyledText] {
        let values = isInTable ? report.otherOriginal : report.original
        guard !values.isEmpty else { return [] }
        return [StyledText("The original incident", .strong)]
            + values.flatMap {
                ParagraphText.lines(
                    "\($0.label): \($0.value)",
                    lead: StyledText("  · ", .muted),
                    width: width
                )
            }
    }

    private static func expectations(_ report: RunReport, _ width: Int) -> [StyledText] {
        guard let summary = report.expectationsSummary else { return [] }
        return [StyledText(summary, .strong)]
            + report.result.expectations.flatMap { expectation in
                let sign = expectation.met ? StyledText("  ✓ ", .good) : StyledText("  ✗ ", .bad)
                let observed = expectation.observed ?? "unknown"
                return ParagraphText.lines(
                    "\(expectation.text)  (observed: \(observed))",
                    lead: sign,
                    width: width
                )
            }
    }

    private static func closing(_ report: RunReport, _ width: Int) -> [StyledText] {
        let tone: Tone = report.result.exitStatus == 0 ? .good : .bad
        let status = ParagraphText.lines(
            report.exitStatusText,
            lead: StyledText("exit status ", .muted),
            width: width,
            tone: tone
        )
        return status
            + report.exitReasons.flatMap {
                ParagraphText.lines($0, lead: StyledText("  · ", .muted), width: width)
            }
    }
}
