import LabCore

/// The comparison for a pull request: the verdict first, the working folded away.
package enum MarkdownReport {
    package static func render(_ report: RunReport) -> String {
        [
            head(report), invalidity(report), verdicts(report), findings(report), steps(report),
            waves(report), losses(report),
            comparison(report), expectations(report), caveats(report), evidence(report), sites(report),
            setup(report),
            scenario(report), closing(report),
        ]
        .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func head(_ report: RunReport) -> String {
        let title = report.header.title.isEmpty ? report.header.scenario : report.header.title
        let summary = report.expectationsSummary.map { " \($0)." } ?? ""
        let reasons = report.exitReasons.map { "- \(MarkdownText.escaped($0))\n" }.joined()
        return
            "## LeakLab: \(MarkdownText.escaped(title))\n\n**\(MarkdownText.escaped(report.headline))**\(summary)\n"
            + (reasons.isEmpty ? "" : "\nNot as expected:\n\n" + reasons)
    }

    private static func invalidity(_ report: RunReport) -> String {
        guard !report.reasonsForInvalidity.isEmpty else { return "" }
        let reasons = report.reasonsForInvalidity.map { "> - \(MarkdownText.escaped($0))\n" }
        return "> [!CAUTION]\n> **Invalid run.** Do not draw conclusions from the figures below.\n>\n"
            + reasons.joined()
    }

    private static func verdicts(_ report: RunReport) -> String {
        let rows = report.result.variants.map { variant in
            let because = variant.because.map(MarkdownText.escaped)
            return [
                MarkdownText.code(variant.name), variant.roleText, "**\(variant.verdictText)**",
                because.joined(separator: "<br>"),
            ]
        }
        return rows.isEmpty ? "" : MarkdownText.table(["Variant", "Role", "Verdict", "Because"], rows)
    }

    private static func comparison(_ report: RunReport) -> String {
        let comparison = Comparison(report)
        guard !comparison.variants.isEmpty else { return "" }
        var head = [""] + comparison.variants.map { MarkdownText.code($0.name) }
        if comparison.hasOriginal { head.append("original incident") }
        let rows = comparison.groups.dropFirst().flatMap { Self.rows(of: $0, columns: head.count) }
        let other = report.otherOriginal.map {
            "- \(MarkdownText.escaped($0.label)): \(MarkdownText.escaped($0.value))\n"
        }
        let note = other.isEmpty ? "" : "\nThe original incident:\n\n" + other.joined()
        return MarkdownText.table(head, rows, alignsRight: true) + note
    }

    private static func rows(of group: Comparison.Group, columns: Int) -> [[String]] {
        let heading = ["**\(group.title)**"] + Array(repeating: "", count: columns - 1)
        let rows = group.rows.map { row in
            let original = MarkdownText.escaped(row.original ?? "")
            return Array(
                ([MarkdownText.escaped(row.label)] + row.cells.map(cell) + [original]).prefix(columns)
            )
        }
        return [heading] + rows
    }

    static func cell(_ cell: Comparison.Cell) -> String {
        let text = MarkdownText.escaped(cell.text)
        return cell.tone == .bad ? "**\(text)**" : text
    }

    private static func expectations(_ report: RunReport) -> String {
        guard let summary = report.expectationsSummary else { return "" }
        let rows = report.result.expectations.map { expectation in
            [
                expectation.met ? "✓" : "**✗**", MarkdownText.code(expectation.text),
                MarkdownText.escaped(expectation.observed ?? "unknown"),
            ]
        }
        return "### \(summary)\n\n" + MarkdownText.table(["", "Expectation", "Observed"], rows)
    }

    private static func evidence(_ report: RunReport) -> String {
        let rows = report.result.variants.flatMap { variant in
            variant.evidence.map { evidence in
                [
                    MarkdownText.code(variant.name),
                    MarkdownText.escaped(evidence.metric), MarkdownText.escaped(evidence.against),
                    "\(evidence.n)",
                    evidence.windowText, MarkdownText.escaped(evidence.estimateText),
                    MarkdownText.escaped(evidence.thresholdText), MarkdownText.escaped(evidence.says),
                ]
            }
        }
        let head = [
            "Variant", "Metric", "Against", "n", "Window", "Estimate (interval)", "Threshold", "Says",
        ]
        return rows.isEmpty ? "" : folded("Evidence", MarkdownText.table(head, rows))
    }

    private static func sites(_ report: RunReport) -> String {
        let rows = report.result.variants.flatMap { variant in
            variant.tasks.sites.map { site in
                [
                    MarkdownText.code(variant.name), MarkdownText.code(site.site),
                    MarkdownText.escaped(site.kind),
                    grouped(site.created), grouped(site.live),
                ]
            }
        }
        let head = ["Variant", "Site", "Kind", "Created", "Live at end"]
        return rows.isEmpty ? "" : folded("Census", MarkdownText.table(head, rows))
    }

    private static func setup(_ report: RunReport) -> String {
        let rows = RunFacts(report).all.map {
            [MarkdownText.escaped($0.label), MarkdownText.escaped($0.value)]
        }
        return folded("Configuration and machine", MarkdownText.table(["", "Value"], rows))
    }

    private static func scenario(_ report: RunReport) -> String {
        guard !report.header.scenarioText.isEmpty else { return "" }
        return folded("Scenario", MarkdownText.block(report.header.scenarioText, language: "yaml"))
    }

    private static func closing(_ report: RunReport) -> String {
        let run = MarkdownText.code(report.header.id)
        return "<sub>Run \(run), exit status \(MarkdownText.escaped(report.exitStatusText))</sub>\n"
    }

    static func folded(_ title: String, _ body: String) -> String {
        "<details><summary>\(title)</summary>\n\n\(body)\n</details>\n"
    }
}
