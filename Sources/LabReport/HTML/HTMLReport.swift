import LabCore

/// One self-contained HTML file: opens from disk, needs no network and no script.
package enum HTMLReport {
    package static func render(_ report: RunReport) -> String {
        let title = report.header.title.isEmpty ? report.header.scenario : report.header.title
        let charts = ChartSection(report: report)
        let page = tag("html", Attribute("lang", "en")) {
            tag("head") {
                tag("meta", Attribute("charset", "utf-8"))
                tag(
                    "meta",
                    Attribute("name", "viewport"),
                    Attribute("content", "width=device-width, initial-scale=1")
                )
                tag("meta", Attribute("name", "color-scheme"), Attribute("content", "light dark"))
                tag("title") { "\(title) · LeakLab" }
                tag("style") {
                    Markup.verbatim(PageStylesheet.css)
                    Markup.verbatim(ChartStylesheet.css)
                }
            }
            tag("body") {
                PageHead(report: report, title: title).markup
                tag("main") {
                    VerdictCards(report: report).markup
                    if let findings = FindingSection(report: report).markup { findings }
                    if let story = StorySection(report: report, labelWidth: charts.labelWidth).markup {
                        story
                    }
                    if let caveats = CaveatSection(report: report).markup { caveats }
                    charts.markup
                    ComparisonSection(report: report).markup
                    if let books = BookSection(report: report).markup { books }
                    EvidenceSection(report: report).markup
                    EventSection(report: report).markup
                    SetupSection(report: report).markup
                }
                tag("footer") { "LeakLab report of run \(report.header.id), schema \(report.result.schema)." }
                tag("script") { Markup.verbatim(ReadOutScript.source) }
            }
        }
        return "<!DOCTYPE html>\n" + MarkupWriter.text(of: page)
    }
}

/// Parts that several sections are made of.
enum PagePart {
    static func section(_ id: String, _ title: String, _ note: String? = nil, _ content: [Markup]) -> Markup {
        tag("section", .id(id), Attribute("aria-labelledby", "\(id)-heading")) {
            tag("h2", .id("\(id)-heading")) { title }
            if let note { tag("p", .classes("note")) { note } }
            content
        }
    }

    /// A box of its own that scrolls sideways where a table is wider than the page, and downwards where it is long;
    /// reachable by keyboard.
    static func table(_ caption: String, head: [Markup], body: [Markup], look: String = "") -> Markup {
        let box: [Attribute] = [
            .classes("scroll", body.count > 40 && look.isEmpty ? "long" : ""), Attribute("tabindex", "0"),
            Attribute("role", "region"),
            Attribute("aria-label", caption),
        ]
        let table = tag("table", .classes(look)) {
            tag("caption") { caption }
            tag("thead") { tag("tr") { head } }
            tag("tbody") { body }
        }
        return tag("div", box, [table])
    }

    static func head(_ text: String, isNumber: Bool = false) -> Markup {
        tag("th", Attribute("scope", "col"), .classes(isNumber ? "number" : "")) { text }
    }

    static func cell(_ text: String, isNumber: Bool = false, look: String = "") -> Markup {
        tag("td", .classes(isNumber ? "number" : "", look)) { text }
    }

    /// A verdict's sign and word, as a badge.
    static func verdict(_ text: String, _ tone: Tone) -> Markup {
        tag("span", .classes("badge", look(of: tone))) { text }
    }

    /// A variant's name behind a piece of its line in the charts.
    static func name(_ name: String, _ style: SeriesStyle?) -> Markup {
        tag("span", .classes("variant")) {
            if let style { swatch(style) }
            tag("span") { name }
        }
    }

    static func swatch(_ style: SeriesStyle?) -> Markup {
        let look = style.map { "s\($0.index)" } ?? "reference"
        var line: [Attribute] = [
            .classes("line", look), Attribute("x1", 0.0), Attribute("y1", 5.0), Attribute("x2", 26.0),
            Attribute("y2", 5.0),
        ]
        if let dashes = style.map(\.dashes) ?? "2 4" { line.append(Attribute("stroke-dasharray", dashes)) }
        return tag(
            "svg",
            [
                .classes("chart", "swatch"), Attribute("viewBox", "0 0 26 10"), Attribute("width", "26"),
                Attribute("height", "10"), Attribute("aria-hidden", "true"),
            ],
            [tag("line", line, [])]
        )
    }

    static func look(of tone: Tone) -> String {
        switch tone {
        case .plain, .strong, .series: ""
        case .muted: "muted"
        case .good: "good"
        case .warning: "warning"
        case .bad: "bad"
        }
    }
}
