package import LabCore

/// A heading and what is below it.
package struct Section: Sendable {
    /// The anchor on a page, a word of this program; empty where nothing refers to it.
    package var id: String
    package var title: String
    /// In place of the title where there is little room.
    package var brief: String?
    package var badge: Badge?
    /// What a reader has to know to read it; on pages only.
    package var note: String?
    package var shown = Media.everywhere
    /// Where only the title is seen at first.
    package var folded: Media = []
    /// Where the title is left out, as the sections in it have their own.
    package var untitled: Media = []
    package var blocks: [Block]

    package init(_ id: String, _ title: String, _ blocks: [Block]) {
        (self.id, self.title, self.blocks) = (id, title, blocks)
    }

    package func badge(_ text: String, _ tone: Tone) -> Section { with { $0.badge = Badge(text, tone) } }
    package func note(_ text: String?) -> Section { with { $0.note = text } }
    package func brief(_ title: String) -> Section { with { $0.brief = title } }
    package func shown(in media: Media) -> Section { with { $0.shown = media } }
    package func folded(in media: Media) -> Section { with { $0.folded = media } }
    package func untitled(in media: Media) -> Section { with { $0.untitled = media } }

    private func with(_ change: (inout Section) -> Void) -> Section {
        var section = self
        change(&section)
        return section
    }

    /// With what is seen of it in a medium; `nil` if that is nothing.
    func seen(in medium: Media) -> Section? {
        guard shown.contains(medium) else { return nil }
        let blocks = blocks.compactMap { $0.seen(in: medium) }
        return blocks.isEmpty ? nil : with { $0.blocks = blocks }
    }

    var tables: [Table] { blocks.flatMap(\.tables) }
}

/// A piece of a document.
package indirect enum Block: Sendable {
    case paragraph(String, Tone = .plain)
    case list([Item])
    case table(Table)
    case figure(Drawing)
    /// Verdicts on variants, one beside the other.
    case subjects([Subject])
    case expectations([ExpectationResult])
    /// Labelled values in groups.
    case facts([FactGroup])
    case notes([String])
    case code(String)
    case section(Section)

    package static func list(_ texts: [String]) -> Block { .list(texts.map { Item($0) }) }

    fileprivate func seen(in medium: Media) -> Block? {
        switch self {
        case .section(let section): section.seen(in: medium).map(Block.section)
        case .list(let items): items.isEmpty ? nil : self
        case .notes(let notes): notes.isEmpty ? nil : self
        case .table(let table):
            table.rows.isEmpty ? nil : .table(table.seen(in: medium))
        case .subjects(let subjects): subjects.isEmpty ? nil : self
        case .expectations(let expectations): expectations.isEmpty ? nil : self
        case .figure: medium == .page ? self : nil
        case .code(let text): text.isEmpty ? nil : self
        case .paragraph(let text, _): text.isEmpty ? nil : self
        case .facts: self
        }
    }

    fileprivate var tables: [Table] {
        switch self {
        case .table(let table): [table]
        case .section(let section): section.tables
        case .subjects(let subjects): [Subject.table(subjects)]
        case .expectations(let expectations): [Table.expectations(expectations)]
        case .facts(let groups): [FactGroup.table(groups)]
        case .paragraph, .list, .figure, .notes, .code: []
        }
    }
}

/// A line of a list.
package struct Item: Sendable {
    /// Whose it is, such as a variant; empty for nobody's.
    package var name: String
    package var text: String
    package var isBad: Bool

    package init(_ text: String, of name: String = "", isBad: Bool = false) {
        (self.name, self.text, self.isBad) = (name, text, isBad)
    }
}

/// Labelled values with a heading.
package struct FactGroup: Sendable {
    package var title: String
    package var facts: [LabelledValue]

    static func table(_ groups: [FactGroup]) -> Table {
        Table(
            "Facts",
            label: "",
            of: groups.flatMap(\.facts),
            row: { Row($0.label) },
            [.text("Value") { $0.value }]
        )
    }
}

/// A picture that a page has in it.
package struct Drawing: Sendable {
    enum Kind: Sendable {
        case chart(Chart)
        case pods(PodStrip)
        case flames(FlameGraph)
    }

    let kind: Kind

    static func chart(_ chart: Chart) -> Drawing { Drawing(kind: .chart(chart)) }
    static func pods(_ strip: PodStrip) -> Drawing { Drawing(kind: .pods(strip)) }
    static func flames(_ graph: FlameGraph) -> Drawing { Drawing(kind: .flames(graph)) }
}

/// A variant and what came of it.
package struct Subject: Sendable {
    package struct Step: Sendable {
        package var verdict: Verdict
        package var name: String
        package var text: String
    }

    package struct Figure: Sendable {
        package var title: String
        package var cell: Cell
        /// Of the original incident; empty where another subject has one.
        package var original: String?
    }

    package var name: String
    package var style: SeriesStyle?
    package var verdict: Badge
    package var role: String
    package var tags: [String] = []
    /// Such as `4 pods, limit 96.0 MiB`.
    package var size = ""
    package var summary = ""
    package var steps: [Step] = []
    package var figures: [Figure] = []
    package var because: [String]

    static func table(_ subjects: [Subject]) -> Table {
        Table(
            "Verdicts",
            label: "Variant",
            of: subjects,
            row: { Row(Cell($0.name, isCode: true)) },
            [
                .text("Role") { $0.role }, .text("Verdict", tone: { _ in .strong }) { $0.verdict.text },
                .words("Because") { $0.because.joined(separator: "\n") },
            ]
        )
    }
}
