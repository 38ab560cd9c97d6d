import LabCore

/// What was found besides growth, beside its limits and what was foretold.
struct FindingSection {
    let report: RunReport

    /// `nil` if nothing was found.
    var markup: Markup? {
        let rows = FindingTable(report.result).rows
        guard !rows.isEmpty else { return nil }
        let styles = report.styles
        let head =
            [PagePart.head("Variant"), PagePart.head("Finding")]
            + FindingTable.columns.map { PagePart.head($0, isNumber: true) } + [PagePart.head("Note")]
        let body = rows.map { row in
            tag("tr") {
                tag("th", Attribute("scope", "row")) { PagePart.name(row.variant, styles[row.variant]) }
                PagePart.cell(row.title, look: PagePart.look(of: row.tone))
                row.cells.map { PagePart.cell($0.text, isNumber: true, look: PagePart.look(of: $0.tone)) }
                PagePart.cell(row.note, look: "words")
            }
        }
        let note = "Besides growth. What is beyond the scenario’s limit is marked, and flags its variant."
        return PagePart.section(
            "findings",
            "Findings",
            note,
            [PagePart.table("Findings", head: head, body: body)]
        )
    }
}
