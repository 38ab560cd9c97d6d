package import LabCore

/// Several repetitions for a pull request: the verdicts first, the runs folded away.
package enum RepetitionsMarkdownReport {
    package static func render(_ result: RepetitionsResult) -> String {
        ([head(result)] + result.variants.map(variant) + [
            expectations(result), runs(result), notes(result), closing(result),
        ])
        .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func head(_ result: RepetitionsResult) -> String {
        let title = result.title.isEmpty ? result.scenario : result.title
        let mark = result.exitStatus == 0 ? "✅" : result.exitStatus == 3 ? "❔" : "❌"
        let reasons = result.invalidBecause.map { "- \(MarkdownText.escaped($0))\n" }.joined()
        return
            "## LeakLab: \(MarkdownText.escaped(title))\n\n\(mark) **\(MarkdownText.escaped(result.headline))**\n\(reasons)"
    }

    private static func variant(_ variant: RepetitionsResult.Variant) -> String {
        let reasons = (variant.because + [variant.detectableText].compactMap(\.self))
            .map { "- \(MarkdownText.escaped($0))\n" }.joined()
        let rows = RepetitionsTable(variant).rows.map { row in
            [MarkdownText.escaped(row.title)] + row.cells.map(MarkdownText.escaped)
        }
        return "### \(MarkdownText.escaped(variant.name)): \(variant.verdictText)\n\n\(reasons)\n"
            + MarkdownText.table([""] + RepetitionsTable.columns, rows, alignsRight: true)
    }

    private static func expectations(_ result: RepetitionsResult) -> String {
        guard let summary = result.expectationsSummary else { return "" }
        let rows = result.expectations.map { expectation in
            [
                expectation.met ? "✓" : "**✗**", MarkdownText.code(expectation.text),
                MarkdownText.escaped(expectation.observed ?? "unknown"),
            ]
        }
        return "### \(summary)\n\n" + MarkdownText.table(["", "Expectation", "Observed"], rows)
    }

    private static func runs(_ result: RepetitionsResult) -> String {
        let rows = result.repetitions.map { repetition in
            [
                "\(repetition.number)", MarkdownText.code(repetition.run), "\(repetition.seed)",
                MarkdownText.escaped(repetition.order.joined(separator: ", ")),
                MarkdownText.escaped(repetition.outcome),
            ]
        }
        let table = MarkdownText.table(["", "Run", "Seed", "Order", "Outcome"], rows)
        return rows.isEmpty ? "" : MarkdownReport.folded("Repetitions", table)
    }

    private static func notes(_ result: RepetitionsResult) -> String {
        guard !result.notes.isEmpty else { return "" }
        return "> [!NOTE]\n" + result.notes.map { "> - \(MarkdownText.escaped($0))\n" }.joined()
    }

    private static func closing(_ result: RepetitionsResult) -> String {
        "<sub>\(MarkdownText.escaped(result.facts)) · exit status \(MarkdownText.escaped(result.exitText))</sub>\n"
    }
}
