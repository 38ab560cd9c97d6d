import LabCore

/// One card for each variant: what it is, what came of it, and why.
struct VerdictCards {
    let report: RunReport

    var markup: Markup {
        let styles = report.styles
        let cards = report.result.variants.map { card($0, styles[$0.name]) }
        let content =
            cards.isEmpty
            ? [tag("p") { "The run has no variants." }] : [tag("div", .classes("cards")) { cards }]
        return PagePart.section("verdicts", "Verdicts", nil, content + original)
    }

    private func card(_ variant: VariantResult, _ style: SeriesStyle?) -> Markup {
        let header = report.variantHeader(named: variant.name)
        return tag("article", .classes("card")) {
            tag("h3") { PagePart.name(variant.name, style) }
            tag("p", .classes("role")) {
                PagePart.verdict(variant.verdictText, variant.verdictTone)
                tag("span", .classes("tag")) { variant.role.rawValue }
                if variant.control { tag("span", .classes("tag")) { "control" } }
                if let header { tag("span", .classes("muted")) { setup(header) } }
            }
            tag("div", .classes("summary")) {
                tag("p") { header?.summary ?? "" }
                if variant.segments.count > 1 { steps(variant) }
            }
            tag("dl", .classes("figures")) { figures(variant) }
            tag("ul", .classes("because")) {
                variant.because.map { reason in tag("li") { reason } }
            }
        }
    }

    private func steps(_ variant: VariantResult) -> Markup {
        tag("ol", .classes("steps")) {
            variant.segments.map { segment in
                tag("li") {
                    tag("span", .classes(PagePart.look(of: segment.verdict.tone))) { segment.verdict.sign }
                    tag("span") {
                        tag("strong") { segment.name }
                        " \(Figure.pods(segment.replicas, limit: segment.memoryLimitBytes)), \(segment.handler)"
                    }
                }
            }
        }
    }

    private func setup(_ header: VariantHeader) -> String {
        guard header.segments.count <= 1 else { return "\(grouped(header.segments.count - 1)) steps" }
        let pods = header.replicas == 1 ? "1 pod" : "\(grouped(header.replicas)) pods"
        guard let limit = header.memoryLimit else { return pods }
        return "\(pods), limit \(Figure.bytes(Double(limit)))"
    }

    private func figures(_ variant: VariantResult) -> [Markup] {
        let figures: [(String, ComparisonFigure)] = [
            ("Heap per event", .heapPerEvent), ("Tasks per event", .tasksPerEvent), ("Peak RSS", .rssPeak),
            ("Time to OOM", .timeToOOM),
        ]
        return figures.map { title, figure in
            let cell = figure.cell(of: variant)
            let original = original(of: figure)
            return tag("div") {
                tag("dt") { title }
                tag("dd", .classes(PagePart.look(of: cell.tone))) {
                    cell.text
                    // Others keep the line free, so that figures stand at one height in all cards.
                    if let original {
                        tag("small") { variant.role == .suspect ? "original \(original)" : "\u{A0}" }
                    }
                }
            }
        }
    }

    private func original(of figure: ComparisonFigure) -> String? {
        report.original.first { $0.label == figure.rawValue }?.value
    }

    private var original: [Markup] {
        guard !report.otherOriginal.isEmpty else { return [] }
        return [
            tag("div", .classes("original")) {
                tag("h3") { "The original incident" }
                tag("dl", .classes("facts")) { SetupSection.pairs(report.otherOriginal) }
            }
        ]
    }
}
