import LabCore

/// A document as one self-contained HTML file: opens from disk, needs no network and no script.
enum HTMLBackend {
    static func render(_ document: Document) -> String {
        "<!DOCTYPE html>\n" + MarkupWriter.text(of: HTMLPage(document).markup)
    }
}

private struct HTMLPage {
    private let document: Document
    private let sections: [Section]
    /// Room at the ends of the lines of all charts, so that they share their time axis.
    private let labelWidth: Double

    init(_ document: Document) {
        self.document = document
        sections =
            document.sections(in: .page)
            + document.appendices.enumerated().map { $1.asSection(prefix: "appendix-\($0 + 1)") }
        labelWidth = sections.flatMap(\.charts).map(ChartLayout.labelWidth).max() ?? 0
    }

    private var title: String { document.name }
    private var hasFigures: Bool { labelWidth > 0 }

    var markup: Markup {
        tag("html", Attribute("lang", "en")) {
            tag("head") {
                tag("meta", Attribute("charset", "utf-8"))
                tag(
                    "meta",
                    Attribute("name", "viewport"),
                    Attribute("content", "width=device-width, initial-scale=1")
                )
                tag("meta", Attribute("name", "color-scheme"), Attribute("content", "light dark"))
                tag("title") { title == document.product ? title : "\(title) · \(document.product)" }
                tag("style") {
                    Markup.verbatim(PageStylesheet.css)
                    if hasFigures { Markup.verbatim(ChartStylesheet.css) }
                }
            }
            tag("body") {
                head
                contents
                tag("main") { sections.map { section($0, level: 2) } }
                tag("footer") { ([document.product] + document.origin).joined(separator: " · ") }
                if hasFigures { tag("script") { Markup.verbatim(ReadOutScript.source) } }
            }
        }
    }

    // MARK: - Before the sections

    private var head: Markup {
        tag("header") {
            tag("p", .classes("eyebrow")) {
                ([document.product] + document.origin.prefix(1)).joined(separator: " / ")
            }
            tag("h1") { title }
            if let warning = document.warning { self.warning(warning) }
            if !document.headline.isEmpty { tag("p", .classes("headline")) { document.headline } }
            tag("p", .classes("status")) {
                if let status = document.status {
                    badge("\(status.tone == .good ? "✓" : "✗") \(status.text)", status.tone)
                }
                if let exit = document.exit {
                    tag("span", .classes("muted")) { "Exit status \(exit.text)" }
                }
            }
            if let reasons = document.exit?.reasons, !reasons.isEmpty {
                tag("ul") { reasons.map { reason in tag("li") { reason } } }
            }
            if !document.facts.isEmpty { tag("dl", .classes("facts")) { pairs(document.facts) } }
        }
    }

    private func warning(_ warning: Document.Warning) -> Markup {
        tag("div", .classes("invalid"), Attribute("role", "alert")) {
            tag("h2") { "✗ \(warning.title)" }
            tag("p") { warning.text }
            tag("ul") { warning.reasons.map { reason in tag("li") { reason } } }
        }
    }

    /// Links to the sections that have a title; none where there is little to choose from.
    private var contents: [Markup] {
        let entries = sections.filter { !$0.title.isEmpty && !$0.id.isEmpty }
        guard entries.count > 2 else { return [] }
        return [
            tag("nav", .classes("contents"), Attribute("aria-label", "Contents")) {
                tag("ul") {
                    entries.map { entry in
                        tag("li") { tag("a", Attribute("href", "#\(entry.id)")) { entry.title } }
                    }
                }
            }
        ]
    }

    // MARK: - Sections

    private func section(_ section: Section, level: Int) -> Markup {
        let blocks = section.blocks.map { block($0, level: level + 1) }
        let isTitled = !section.title.isEmpty && !section.untitled.contains(.page)
        if section.folded.contains(.page) {
            let details = tag("details") {
                tag("summary") { section.title }
                blocks
            }
            return level > 2 ? details : tag("section", .id(section.id)) { details }
        }
        let note = section.note.map { text in tag("p", .classes("note")) { text } }
        guard level == 2 else {
            guard isTitled else { return .group(blocks) }
            return tag("div", .classes("evidence")) {
                if level == 3 { tag("h3") { heading(section) } } else { tag("h4") { heading(section) } }
                if let note { note }
                blocks
            }
        }
        guard isTitled else { return tag("section") { blocks } }
        return tag("section", .id(section.id), Attribute("aria-labelledby", "\(section.id)-heading")) {
            tag("h2", .id("\(section.id)-heading")) { heading(section) }
            if let note { note }
            blocks
        }
    }

    private func heading(_ section: Section) -> [Markup] {
        [.text(section.title)] + (section.badge.map { [.text(" "), badge($0.text, $0.tone)] } ?? [])
    }

    private func block(_ block: Block, level: Int) -> Markup {
        switch block {
        case .paragraph(let text, let tone): tag("p", .classes(look(of: tone))) { text }
        case .list(let items): list(items)
        case .notes(let notes): list(notes.map { Item($0) })
        case .table(let table): self.table(table)
        case .expectations(let expectations): table(.expectations(expectations))
        case .subjects(let subjects): tag("div", .classes("cards")) { subjects.map(card) }
        case .facts(let groups): tag("div", .classes("columns")) { groups.map(facts) }
        case .code(let text): tag("pre", Attribute("tabindex", "0")) { tag("code") { text } }
        case .section(let section): self.section(section, level: level)
        case .figure(let drawing): figure(drawing)
        }
    }

    private func list(_ items: [Item]) -> Markup {
        tag("ul", .classes("list")) {
            items.map { item in
                tag("li", .classes(item.isBad ? "bad" : "")) {
                    if !item.name.isEmpty {
                        tag("code") { item.name }
                        ": "
                    }
                    item.text
                }
            }
        }
    }

    private func facts(_ group: FactGroup) -> Markup {
        tag("div") {
            tag("h3") { group.title }
            tag("dl", .classes("pairs")) { pairs(group.facts) }
        }
    }

    private func pairs(_ values: [LabelledValue]) -> [Markup] {
        values.map { pair in
            tag("div") {
                tag("dt") { pair.label }
                tag("dd") { pair.value.isEmpty ? Figure.unknown : pair.value }
            }
        }
    }

    private func figure(_ drawing: Drawing) -> Markup {
        switch drawing.kind {
        case .chart(let chart): ChartFigure(chart: chart, labelWidth: labelWidth).markup
        case .pods(let strip): ChartFigure.pods(strip, labelWidth: labelWidth)
        case .flames(let graph): graph.figure
        }
    }

    // MARK: - Verdicts

    private func card(_ subject: Subject) -> Markup {
        tag("article", .classes("card")) {
            tag("h3") { name(subject.name, subject.style) }
            tag("p", .classes("role")) {
                badge(subject.verdict.text, subject.verdict.tone)
                subject.tags.map { text in tag("span", .classes("tag")) { text } }
                tag("span", .classes("muted")) { subject.size }
            }
            tag("div", .classes("summary")) {
                tag("p") { subject.summary }
                if !subject.steps.isEmpty { tag("ol", .classes("steps")) { subject.steps.map(step) } }
            }
            tag("dl", .classes("figures")) { subject.figures.map(figure) }
            tag("ul", .classes("because")) { subject.because.map { reason in tag("li") { reason } } }
        }
    }

    private func step(_ step: Subject.Step) -> Markup {
        tag("li") {
            tag("span", .classes(look(of: step.verdict.tone))) { step.verdict.sign }
            tag("span") {
                tag("strong") { step.name }
                " \(step.text)"
            }
        }
    }

    private func figure(_ figure: Subject.Figure) -> Markup {
        tag("div") {
            tag("dt") { figure.title }
            tag("dd", .classes(look(of: figure.cell.tone))) {
                figure.cell.text
                if let original = figure.original {
                    tag("small") { original.isEmpty ? "\u{A0}" : "original \(original)" }
                }
            }
        }
    }

    private func badge(_ text: String, _ tone: Tone) -> Markup {
        tag("span", .classes("badge", look(of: tone))) { text }
    }

    /// A variant's name behind a piece of its line in the charts.
    private func name(_ name: String, _ style: SeriesStyle?) -> Markup {
        guard let style else { return .text(name) }
        return tag("span", .classes("variant")) {
            ChartFigure.swatch(style)
            tag("span") { name }
        }
    }

    private func look(of tone: Tone) -> String {
        switch tone {
        case .plain, .strong, .series: ""
        case .muted: "muted"
        case .good: "good"
        case .warning: "warning"
        case .bad: "bad"
        }
    }
}

// MARK: - Tables

extension HTMLPage {
    /// A box of its own, reachable by keyboard, that scrolls where a table is wider than the page or long.
    ///
    /// On a telephone each row is a block of its own, its cells below one another with the titles of their columns.
    private func table(_ table: Table) -> Markup {
        let isCompared = table.group == nil && table.columns.allSatisfy { $0.kind == .number }
        let isLong = table.rows.count > 40 && !isCompared
        let titles = (table.group.map { [$0] } ?? []) + [table.label] + table.columns.map(\.title)
        let box: [Attribute] = [
            .classes("scroll", isLong ? "long" : ""), Attribute("tabindex", "0"), Attribute("role", "region"),
            Attribute("aria-label", table.caption),
        ]
        let look = [isCompared ? "comparison" : "", table.columns.count > 7 ? "tight" : ""]
        return tag(
            "div",
            box,
            [
                tag(
                    "table",
                    .classes(look.joined(separator: " ")),
                    Attribute("style", StyleText.properties(titles))
                ) {
                    tag("caption") { table.caption }
                    tag("thead") { tag("tr") { head(of: table) } }
                    tag("tbody") { body(of: table) }
                }
            ]
        )
    }

    private func head(of table: Table) -> [Markup] {
        func cell(_ look: String, _ content: Markup) -> Markup {
            tag("th", Attribute("scope", "col"), .classes(look)) { content }
        }
        return (table.group.map { [cell("", .text($0))] } ?? []) + [cell("", .text(table.label))]
            + table.columns.map { cell($0.kind == .number ? "number" : "", name($0.title, $0.style)) }
    }

    private func body(of table: Table) -> [Markup] {
        var group = ""
        return table.rows.flatMap { row -> [Markup] in
            defer { group = row.group }
            guard table.group == nil, row.group != group, !row.group.isEmpty else {
                return [self.row(row, of: table)]
            }
            let span = Attribute("colspan", "\(table.columns.count + 1)")
            let heading = tag("th", Attribute("scope", "rowgroup"), span) { row.group }
            return [tag("tr", .classes("group")) { heading }, self.row(row, of: table)]
        }
    }

    private func row(_ row: Row, of table: Table) -> Markup {
        let cells = zip(row.cells, table.columns).map { cell($0, $1.kind) }
        let scope = Attribute("scope", "row")
        guard table.group == nil else {
            let label = tag("td", .classes(look(of: row.label.tone))) { content(of: row.label) }
            return tag("tr") {
                tag("th", scope) { name(row.group, row.style) }
                label
                cells
            }
        }
        let explanation = row.explanation.isEmpty ? [] : [Attribute("title", row.explanation)]
        let label = row.style.map { [name(row.label.text, $0)] } ?? content(of: row.label)
        let look = Attribute.classes(look(of: row.label.tone))
        return tag("tr") {
            tag("th", [scope, look] + explanation, label)
            cells
        }
    }

    private func cell(_ cell: Cell, _ kind: Column.Kind) -> Markup {
        let kind = kind == .number ? "number" : kind == .words ? "words" : ""
        return tag("td", .classes(kind, look(of: cell.tone))) { content(of: cell) }
    }

    private func content(of cell: Cell) -> [Markup] {
        cell.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
            index,
            line in
            (index == 0 ? [] : [tag("br")])
                + [cell.isCode ? tag("code") { String(line) } : .text(String(line))]
        }
    }
}

/// Text from outside inside of a style attribute.
enum StyleText {
    /// The titles of a table's columns as `--c1`, `--c2` and so on, for the style sheet to show beside their cells.
    static func properties(_ titles: [String]) -> String {
        titles.enumerated().map { "--c\($0 + 1):\(quoted($1))" }.joined(separator: ";")
    }

    /// A string as CSS has it; everything but letters, digits and spaces is written by number.
    private static func quoted(_ text: String) -> String {
        var result = "'"
        for scalar in VisibleText.line(text).unicodeScalars {
            let isPlain =
                scalar == " " || scalar.isASCII && scalar.properties.isAlphabetic
                || ("0"..."9").contains(scalar)
            result += isPlain ? String(scalar) : "\\\(String(scalar.value, radix: 16)) "
        }
        return result + "'"
    }
}

extension Section {
    /// All that are drawn in it.
    fileprivate var charts: [Chart] {
        blocks.flatMap { block -> [Chart] in
            switch block {
            case .figure(let drawing): if case .chart(let chart) = drawing.kind { [chart] } else { [] }
            case .section(let section): section.charts
            default: []
            }
        }
    }
}

extension Document {
    /// As a section of another document.
    fileprivate func asSection(prefix: String) -> Section {
        let parts = sections(in: .page).map { section in
            var section = section
            section.id = ""
            return Block.section(section)
        }
        let words = [.paragraph(headline), .paragraph(origin.joined(separator: " · "), .muted)] as [Block]
        return Section(prefix, "Compared with the baseline", words + parts)
    }
}
