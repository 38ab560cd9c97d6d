import LabCore

/// A document for a pull request: what it comes to first, the working folded away.
enum MarkdownBackend {
    static func render(_ document: Document) -> String {
        let parts =
            [head(document), document.warning.map(warning) ?? ""]
            + document.sections(in: .pullRequest).map { section($0, level: 3) } + [closing(document)]
        let own = parts.filter { !$0.isEmpty }.joined(separator: "\n")
        return ([own] + document.appendices.map(render)).joined(separator: "\n")
    }

    private static func head(_ document: Document) -> String {
        var parts: [String] = []
        if !document.title.isEmpty {
            parts.append("## \(document.product): \(MarkdownText.escaped(document.title))\n")
        }
        if !document.headline.isEmpty {
            let sign = document.exit.flatMap(sign).map { $0 + " " } ?? ""
            let status = document.status.map { " \($0.text.drop { !$0.isNumber })." } ?? ""
            parts.append("\(sign)**\(MarkdownText.escaped(document.headline))**\(status)\n")
        }
        if let reasons = document.exit?.reasons, !reasons.isEmpty {
            parts.append("Not as expected:\n\n" + reasons.map { "- \(MarkdownText.escaped($0))\n" }.joined())
        }
        return parts.joined(separator: "\n")
    }

    private static func sign(of exit: Document.Exit) -> String? {
        guard exit.marksHeadline else { return nil }
        return switch ExitStatus(rawValue: exit.status) {
        case .success: "✅"
        case .inconclusive: "❔"
        default: "❌"
        }
    }

    private static func warning(_ warning: Document.Warning) -> String {
        "> [!CAUTION]\n> **\(warning.title).** \(warning.text)\n>\n"
            + warning.reasons.map { "> - \(MarkdownText.escaped($0))\n" }.joined()
    }

    private static func closing(_ document: Document) -> String {
        guard let exit = document.exit else { return "" }
        let parts = document.origin + ["exit status \(exit.text)"]
        return "<sub>\(parts.map(MarkdownText.escaped).joined(separator: " · "))</sub>\n"
    }

    private static func section(_ section: Section, level: Int) -> String {
        let title = MarkdownText.escaped(section.brief ?? section.title)
        let isTitled = !section.untitled.contains(.pullRequest) && !title.isEmpty
        let body = section.blocks.map { block($0, level: isTitled ? level + 1 : level) }
            .joined(separator: "\n")
        guard isTitled else { return body }
        if section.folded.contains(.pullRequest) {
            return "<details><summary>\(title)</summary>\n\n\(body)\n</details>\n"
        }
        let badge = section.badge.map { ": \($0.text)" } ?? ""
        return "\(String(repeating: "#", count: level)) \(title)\(badge)\n\n\(body)"
    }

    private static func block(_ block: Block, level: Int) -> String {
        switch block {
        case .paragraph(let text, _): "\(MarkdownText.escaped(text))\n"
        case .list(let items): items.map(item).joined()
        case .table(let table): self.table(table)
        case .subjects(let subjects): self.table(Subject.table(subjects))
        case .expectations(let expectations): self.table(.expectations(expectations))
        case .facts(let groups): self.table(FactGroup.table(groups))
        case .notes(let notes): "> [!NOTE]\n" + notes.map { "> - \(MarkdownText.escaped($0))\n" }.joined()
        case .code(let text): MarkdownText.block(text, language: "yaml")
        case .section(let section): self.section(section, level: level)
        case .figure: ""
        }
    }

    private static func item(_ item: Item) -> String {
        let name = item.name.isEmpty ? "" : "\(MarkdownText.code(item.name)): "
        return "- \(name)\(MarkdownText.escaped(item.text))\n"
    }

    // MARK: - Tables

    private static func table(_ table: Table) -> String {
        let group = table.group.map { [$0] } ?? []
        let head =
            (group + [table.label]).map(MarkdownText.escaped)
            + table.columns.map { $0.isCode ? MarkdownText.code($0.title) : MarkdownText.escaped($0.title) }
        let marks =
            group.map { _ in ":--" } + [":--"] + table.columns.map { $0.kind == .number ? "--:" : ":--" }
        let isFolding = table.rows.contains { !$0.isUnchanged }
        let shown = isFolding ? table.rows.filter { !$0.isUnchanged } : table.rows
        let folded = isFolding ? table.rows.filter(\.isUnchanged) : []
        let visible = rows(shown, of: table, below: [head, marks])
        guard !folded.isEmpty else { return visible }
        let noun = folded.count == 1 ? "line" : "lines"
        return visible
            + "\n<details><summary>\(folded.count) \(noun) the same within the tolerances</summary>\n\n"
            + rows(folded, of: table, below: [head, marks]) + "\n</details>\n"
    }

    private static func rows(_ rows: [Row], of table: Table, below head: [[String]]) -> String {
        var lines = head
        var current = ""
        for row in rows {
            if table.group == nil, row.group != current, !row.group.isEmpty {
                let title = "**\(MarkdownText.escaped(row.group))**"
                lines.append([title] + table.columns.map { _ in "" })
            }
            current = row.group
            lines.append(
                (table.group == nil ? [] : [MarkdownText.code(row.group)]) + [cell(row.label)]
                    + row.cells.map(cell)
            )
        }
        return lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    private static func cell(_ cell: Cell) -> String {
        let lines = cell.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let text = lines.map(cell.isCode ? MarkdownText.code : MarkdownText.escaped)
            .joined(separator: "<br>")
        return [.bad, .strong].contains(cell.tone) && !text.isEmpty ? "**\(text)**" : text
    }
}
