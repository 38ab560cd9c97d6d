import LabCore

/// How the verdicts were reached: every measurement with its interval and threshold, and the census.
struct EvidenceSection {
    let report: RunReport

    var markup: Markup { .group([evidence, census].compactMap { $0 }) }

    private var evidence: Markup? {
        let styles = report.styles
        let rows = report.result.variants.flatMap { variant in
            variant.evidence.map { row($0, of: variant, styles[variant.name]) }
        }
        guard !rows.isEmpty else { return nil }
        let head = [
            PagePart.head("Variant"), PagePart.head("Metric"), PagePart.head("Against"),
            PagePart.head("n", isNumber: true), PagePart.head("Window", isNumber: true),
            PagePart.head("Estimate (interval)", isNumber: true), PagePart.head("Threshold", isNumber: true),
            PagePart.head("Says"),
        ]
        let note =
            "A verdict is an effect size with its confidence interval against a threshold, never a p-value. "
            + smallest
        return PagePart.section(
            "evidence",
            "Evidence",
            note,
            [PagePart.table("Evidence for the verdicts", head: head, body: rows)]
        )
    }

    private func row(_ evidence: Evidence, of variant: VariantResult, _ style: SeriesStyle?) -> Markup {
        let verdict = Verdict(rawValue: evidence.says)
        let says = (verdict.map { "\($0.sign) " } ?? "") + evidence.says
        return tag("tr") {
            tag("th", Attribute("scope", "row")) { PagePart.name(variant.name, style) }
            PagePart.cell(evidence.metric)
            PagePart.cell(evidence.against)
            PagePart.cell(grouped(evidence.n), isNumber: true)
            PagePart.cell(evidence.windowText, isNumber: true)
            PagePart.cell(evidence.estimateText, isNumber: true)
            PagePart.cell(evidence.thresholdText, isNumber: true)
            PagePart.cell(says, look: verdict.map { PagePart.look(of: $0.tone) } ?? "muted")
        }
    }

    private var smallest: String {
        let known = report.result.variants.compactMap { variant in
            variant.smallestDetectableBytesPerEvent.map { "\(variant.name) \(Figure.bytes($0))" }
        }
        guard !known.isEmpty else { return "" }
        return "The smallest leak per event that this run could have seen: \(known.joined(separator: ", "))."
    }

    private var census: Markup? {
        let styles = report.styles
        let rows = report.result.variants.flatMap { variant in
            variant.tasks.sites.map { site in
                tag("tr") {
                    tag("th", Attribute("scope", "row")) { PagePart.name(variant.name, styles[variant.name]) }
                    tag("td") { tag("code") { site.site } }
                    PagePart.cell(site.kind)
                    PagePart.cell(grouped(site.created), isNumber: true)
                    PagePart.cell(grouped(site.live), isNumber: true, look: site.live == 0 ? "muted" : "")
                }
            }
        }
        guard !rows.isEmpty else { return nil }
        let head = [
            PagePart.head("Variant"), PagePart.head("Construction site"), PagePart.head("Kind"),
            PagePart.head("Created", isNumber: true), PagePart.head("Live at end", isNumber: true),
        ]
        let note = "Tasks and instances by the place in the code that made them."
        return PagePart.section(
            "census",
            "Census",
            note,
            [PagePart.table("Construction sites", head: head, body: rows)]
        )
    }
}
