import LabCore

/// The comparison as a table, and the scenario's expectations.
struct ComparisonSection {
    let report: RunReport

    var markup: Markup { .group([comparison, expectations].compactMap { $0 }) }

    private var comparison: Markup? {
        let comparison = Comparison(report)
        guard !comparison.variants.isEmpty else { return nil }
        let styles = report.styles
        let head =
            [PagePart.head("")]
            + comparison.variants.map { variant in
                tag("th", Attribute("scope", "col"), .classes("number")) {
                    PagePart.name(variant.name, styles[variant.name])
                }
            } + (comparison.hasOriginal ? [PagePart.head("Original incident", isNumber: true)] : [])
        let body = comparison.groups.flatMap { group in
            [heading(group.title, columns: head.count)]
                + group.rows.map { row($0, hasOriginal: comparison.hasOriginal) }
        }
        let table = PagePart.table("Comparison of the variants", head: head, body: body, look: "comparison")
        return PagePart.section("comparison", "Comparison", nil, [table])
    }

    private func heading(_ title: String, columns: Int) -> Markup {
        tag("tr", .classes("group")) {
            tag("th", Attribute("scope", "rowgroup"), Attribute("colspan", "\(columns)")) { title }
        }
    }

    private func row(_ row: Comparison.Row, hasOriginal: Bool) -> Markup {
        tag("tr") {
            tag("th", Attribute("scope", "row"), Attribute("title", row.explanation)) { row.label }
            row.cells.map { PagePart.cell($0.text, isNumber: true, look: PagePart.look(of: $0.tone)) }
            if hasOriginal { PagePart.cell(row.original ?? "", isNumber: true, look: "muted") }
        }
    }

    private var expectations: Markup? {
        guard let summary = report.expectationsSummary else { return nil }
        let body = report.result.expectations.map { expectation in
            tag("tr") {
                tag("td") {
                    PagePart.verdict(expectation.met ? "✓ met" : "✗ not met", expectation.met ? .good : .bad)
                }
                tag("td") { tag("code") { expectation.text } }
                PagePart.cell(expectation.observed ?? "unknown")
            }
        }
        let head = ["Outcome", "Expectation", "Observed"].map { PagePart.head($0) }
        let table = PagePart.table("Expectations of the scenario", head: head, body: body)
        return PagePart.section("expectations", "Expectations", summary + ".", [table])
    }
}
