import LabCore

/// The exact books: what was lost, and where; every partition.
struct BookSection {
    let report: RunReport
    /// Runs of lost offsets shown for each partition.
    private static let mostRanges = 8

    var markup: Markup? {
        let variants = report.result.variants.filter { !$0.events.partitions.isEmpty }
        guard !variants.isEmpty else { return nil }
        let suspicious = variants.filter(\.events.isWrong)
        let others = variants.filter { !$0.events.isWrong }
        var content: [Markup] = []
        if !suspicious.isEmpty {
            content.append(table(suspicious, "Partitions of variants with lost or failed events"))
        }
        if suspicious.contains(where: \.events.hasLosses) { content.append(lost(suspicious)) }
        if !others.isEmpty {
            content.append(
                tag("details") {
                    tag("summary") { "Every partition of \(names(others))" }
                    table(others, "Partitions of variants whose books balance")
                }
            )
        }
        return PagePart.section("books", "The books", note(suspicious), content)
    }

    private func note(_ suspicious: [VariantResult]) -> String {
        if suspicious.contains(where: \.events.hasLosses) {
            return "Not every event that the broker confirmed was handled."
        }
        if report.result.variants.contains(where: { !$0.events.isExact }) {
            return "Of a command it is known how far its group committed, and nothing of single events."
        }
        return suspicious.isEmpty
            ? "Every event that the broker confirmed was handled."
            : "Every event that the broker confirmed reached a handler; some handlers threw."
    }

    private func names(_ variants: [VariantResult]) -> String {
        variants.map(\.name).joined(separator: ", ")
    }

    private func table(_ variants: [VariantResult], _ caption: String) -> Markup {
        let styles = report.styles
        let rows = variants.flatMap { variant in
            variant.events.partitions.map { row($0, of: variant.name, styles[variant.name]) }
        }
        let head =
            [PagePart.head("Variant")]
            + [
                "Partition", "Produced", "Lost", "Duplicated", "Failed", "End offset", "Committed",
                "Peak lag",
                "Final lag",
            ].map { PagePart.head($0, isNumber: true) }
        return PagePart.table(caption, head: head, body: rows)
    }

    private func row(_ books: VariantResult.Partition, of variant: String, _ style: SeriesStyle?) -> Markup {
        func count(_ value: Int?, _ look: String) -> Markup {
            guard let value else { return PagePart.cell("unknown", isNumber: true, look: "muted") }
            return PagePart.cell(grouped(value), isNumber: true, look: value == 0 ? "muted" : look)
        }
        return tag("tr") {
            tag("th", Attribute("scope", "row")) { PagePart.name(variant, style) }
            PagePart.cell("\(books.partition)", isNumber: true)
            PagePart.cell(grouped(books.produced), isNumber: true)
            count(books.lost, "bad")
            count(books.duplicated, "warning")
            count(books.failed, "warning")
            PagePart.cell(grouped(books.endOffset), isNumber: true)
            PagePart.cell(books.committedOffset.map { grouped($0) } ?? "nothing", isNumber: true)
            PagePart.cell(grouped(books.peakLag), isNumber: true)
            count(books.finalLag, "warning")
        }
    }

    private func lost(_ variants: [VariantResult]) -> Markup {
        let styles = report.styles
        let rows = variants.flatMap { variant in
            variant.events.partitions.filter(\.hasLosses).map { books in
                tag("tr") {
                    tag("th", Attribute("scope", "row")) { PagePart.name(variant.name, styles[variant.name]) }
                    PagePart.cell("\(books.partition)", isNumber: true)
                    PagePart.cell(grouped(books.lost ?? 0), isNumber: true, look: "bad")
                    PagePart.cell(books.lostText(atMost: Self.mostRanges), look: "words")
                }
            }
        }
        let head = [
            PagePart.head("Variant"), PagePart.head("Partition", isNumber: true),
            PagePart.head("Lost", isNumber: true), PagePart.head("Offsets, both ends included"),
        ]
        return PagePart.table("Lost events by offset", head: head, body: rows)
    }
}
