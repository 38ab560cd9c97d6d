package import LabCore

/// Several repetitions for a terminal.
package enum RepetitionsTextReport {
    /// - Parameters:
    ///   - result: the document.
    ///   - width: terminal columns, taken as 80 at least and 200 at most.
    ///   - style: whether there are colours.
    /// - Returns: lines that end in line feeds.
    package static func render(
        _ result: RepetitionsResult,
        width: Int = 80,
        style: TextStyle = .plain
    ) -> String {
        let width = min(200, max(80, width))
        let sections =
            [head(result, width), runs(result, width)] + result.variants.map { variant($0, width) }
            + [expectations(result, width), notes(result, width), closing(result, width)]
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

    private static func head(_ result: RepetitionsResult, _ width: Int) -> [StyledText] {
        let title = result.title.isEmpty ? result.scenario : result.title
        return paragraph(title, width, tone: .strong) + paragraph(result.facts, width, tone: .muted)
            + [StyledText()] + paragraph(result.headline, width, tone: .strong)
            + result.invalidBecause.flatMap { paragraph($0, width, lead: StyledText("!! ", .bad)) }
    }

    private static func runs(_ result: RepetitionsResult, _ width: Int) -> [StyledText] {
        result.repetitions.flatMap { repetition in
            let lead = StyledText("  \(repetition.number)  \(repetition.run)  ", .muted)
            let order = "\(repetition.order.joined(separator: ", ")) · \(repetition.outcome)"
            return paragraph(order, width, lead: lead, tone: repetition.use == .used ? .plain : .warning)
        }
    }

    private static func variant(_ variant: RepetitionsResult.Variant, _ width: Int) -> [StyledText] {
        let table = TextTable(
            columns: RepetitionsTable.columns.map { StyledText($0, .strong) },
            rows: RepetitionsTable(variant).rows.map { row in
                .values(label: row.title, cells: row.cells.map { StyledText($0) })
            }
        )
        let heading =
            StyledText(variant.name, .strong) + StyledText("  ")
            + StyledText(variant.verdictText, variant.tone)
        let reasons = variant.because + [variant.detectableText].compactMap(\.self)
        return [heading]
            + reasons.flatMap { paragraph($0, width, lead: StyledText("  · ", .muted)) }
            + [StyledText()] + table.lines(width: width)
    }

    private static func expectations(_ result: RepetitionsResult, _ width: Int) -> [StyledText] {
        guard let summary = result.expectationsSummary else { return [] }
        return [StyledText(summary, .strong)]
            + result.expectations.flatMap { expectation in
                paragraph(
                    "\(expectation.text)  (observed: \(expectation.observed ?? "unknown"))",
                    width,
                    lead: expectation.met ? StyledText("  ✓ ", .good) : StyledText("  ✗ ", .bad)
                )
            }
    }

    private static func notes(_ result: RepetitionsResult, _ width: Int) -> [StyledText] {
        result.notes.flatMap { paragraph($0, width, lead: StyledText("note: ", .muted)) }
    }

    private static func closing(_ result: RepetitionsResult, _ width: Int) -> [StyledText] {
        let reasons = result.expectations.allSatisfy(\.met) ? result.exitBecause : []
        return paragraph(
            result.exitText,
            width,
            lead: StyledText("exit status ", .muted),
            tone: result.exitStatus == 0 ? .good : .bad
        ) + reasons.flatMap { paragraph($0, width, lead: StyledText("  · ", .muted)) }
    }
}
