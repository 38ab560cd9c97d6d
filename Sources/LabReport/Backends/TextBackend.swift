import LabCore

/// A document for a terminal.
enum TextBackend {
    /// Lines that end in line feeds and are at most `width` terminal columns wide, which is taken as 80 at least and
    /// 200 at most.
    static func render(_ document: Document, width: Int, style: TextStyle) -> String {
        let writer = TextWriter(width: min(200, max(80, width)))
        let lines = writer.lines(of: document)
        let own = lines.map { $0.truncated(to: writer.width).rendered(style) + "\n" }.joined()
        return ([own] + document.appendices.map { render($0, width: width, style: style) })
            .joined(separator: "\n")
    }
}

private struct TextWriter {
    let width: Int

    func lines(of document: Document) -> [StyledText] {
        let title = document.title.isEmpty ? [] : paragraph(document.title, tone: .strong)
        let origin = document.origin.joined(separator: " · ")
        let chunks =
            [
                title + (origin.isEmpty ? [] : paragraph(origin, tone: .muted)),
                document.warning.map(lines) ?? [],
                document.headline.isEmpty ? [] : paragraph(document.headline, tone: .strong),
            ] + document.sections(in: .terminal).map(lines) + [document.exit.map(lines) ?? []]
        return Array(chunks.filter { !$0.isEmpty }.joined(separator: [StyledText()]))
    }

    private func lines(of warning: Document.Warning) -> [StyledText] {
        paragraph("!! \(warning.title.uppercased()): \(warning.text)", tone: .bad)
            + warning.reasons.flatMap { paragraph($0, lead: StyledText("!! ", .bad)) }
    }

    private func lines(of exit: Document.Exit) -> [StyledText] {
        paragraph(exit.text, lead: StyledText("exit status ", .muted), tone: exit.tone)
            + exit.reasons.flatMap { paragraph($0, lead: Self.bullet) }
    }

    private func lines(of section: Section) -> [StyledText] {
        let title = section.brief ?? section.title
        let badge = section.badge.map { StyledText("  ") + StyledText($0.text, $0.tone) }
        var lines: [StyledText] = []
        if !section.untitled.contains(.terminal), !title.isEmpty {
            lines = [StyledText(title, .strong) + (badge ?? StyledText())]
        }
        var previous: Block?
        for block in section.blocks {
            let next = self.lines(of: block)
            if !lines.isEmpty, !next.isEmpty, !block.isTight(after: previous) { lines.append(StyledText()) }
            lines += next
            previous = block
        }
        return lines
    }

    private func lines(of block: Block) -> [StyledText] {
        switch block {
        case .paragraph(let text, let tone): paragraph(text, tone: tone)
        case .list(let items): items.flatMap(lines)
        case .table(let table): lines(of: table)
        case .subjects(let subjects): Array(subjects.map(lines).joined(separator: [StyledText()]))
        case .expectations(let expectations): expectations.flatMap(lines)
        case .facts(let groups): groups.flatMap(\.facts).map { Item($0.value, of: $0.label) }.flatMap(lines)
        case .notes(let notes): notes.flatMap { paragraph($0, lead: StyledText("note: ", .muted)) }
        case .code(let text): text.split(separator: "\n").map { StyledText("  \($0)") }
        case .section(let section): lines(of: section)
        case .figure: []
        }
    }

    private static let bullet = StyledText("  · ", .muted)

    private func paragraph(
        _ text: String,
        lead: StyledText = StyledText(),
        tone: Tone = .plain
    )
        -> [StyledText]
    {
        ParagraphText.lines(text, lead: lead, width: width, tone: tone)
    }

    private func lines(of item: Item) -> [StyledText] {
        paragraph(
            item.name.isEmpty ? item.text : "\(item.name): \(item.text)",
            lead: item.isBad ? StyledText("  ! ", .bad) : Self.bullet
        )
    }

    private func lines(of subject: Subject) -> [StyledText] {
        let name = StyledText(subject.name, .strong) + StyledText("  ")
        return [name + StyledText(subject.verdict.text, subject.verdict.tone)]
            + subject.because.flatMap { paragraph($0, lead: Self.bullet) }
    }

    private func lines(of expectation: ExpectationResult) -> [StyledText] {
        paragraph(
            "\(expectation.text)  (observed: \(expectation.observedWords))",
            lead: StyledText("  \(expectation.sign.text) ", expectation.sign.tone)
        )
    }

    // MARK: - Tables

    private func lines(of table: Table) -> [StyledText] {
        let table = table.readsDown ? table.turned : table
        guard let spare = table.columns.firstIndex(where: \.isSpare), !TextTable(table).fits(width) else {
            return TextTable(table).lines(width: width)
        }
        // What has no room beside the others is listed below.
        let rest = table.rows.filter { !$0.cells[spare].text.isEmpty }
            .map { Item($0.cells[spare].text, of: $0.label.text) }
        return TextTable(table.without(spare)).lines(width: width)
            + [StyledText(), StyledText(table.columns[spare].title, .strong)] + rest.flatMap(lines)
    }
}

extension Block {
    /// Whether no empty line divides it from what is above it in its section.
    fileprivate func isTight(after previous: Block?) -> Bool {
        switch (previous, self) {
        case (nil, .list), (nil, .expectations), (nil, .paragraph), (nil, .facts), (nil, .code): true
        case (.paragraph?, .paragraph): true
        default: false
        }
    }
}

extension Table {
    /// With a row for each column, and a column for each row.
    fileprivate var turned: Table {
        let labels = rows.map(\.label.text)
        let names = rows.map { row in
            row.label.text.isEmpty
                ? row.group
                : labels.count { $0 == row.label.text } > 1
                    ? "\(row.group), \(row.label.text)" : row.label.text
        }
        return Table(
            caption,
            label: "",
            columns: zip(names, rows).map { Column($0, .number, style: $1.style) },
            rows: columns.enumerated().map { index, column in Row(column.title, rows.map { $0.cells[index] })
            }
        )
    }

    fileprivate func without(_ column: Int) -> Table {
        var table = self
        table.columns.remove(at: column)
        for row in rows.indices { table.rows[row].cells.remove(at: column) }
        return table
    }
}

extension TextTable {
    /// Groups are headings, and words stand below their rows.
    fileprivate init(_ table: Table) {
        let words = table.columns.indices.filter { table.columns[$0].kind == .words }
        let beside = table.columns.indices.filter { table.columns[$0].kind != .words }
        var rows: [Row] = []
        var group = ""
        for row in table.rows {
            if row.group != group, !row.group.isEmpty { rows.append(.heading(row.group)) }
            group = row.group
            rows.append(
                .values(
                    label: StyledText(row.label.text, row.label.tone),
                    cells: beside.map { StyledText(row.cells[$0].text, row.cells[$0].tone) }
                )
            )
            rows += words.filter { !row.cells[$0].text.isEmpty }.map { .words(row.cells[$0].text) }
        }
        self.init(
            label: StyledText(table.group == nil ? table.label : "", .strong),
            columns: beside.map { index in
                let column = table.columns[index]
                return TextTable.Column(
                    title: StyledText(column.title, column.style.map { .series($0.index) } ?? .strong),
                    isNumber: column.kind == .number
                )
            },
            rows: rows
        )
    }
}
