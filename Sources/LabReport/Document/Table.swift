import LabCore

/// Rows of cells, each row with a label, and perhaps in groups.
package struct Table: Sendable {
    /// What it is, for those who cannot see where it stands.
    package var caption: String
    /// The title of the groups' own column; `nil` where each group has a heading above its rows.
    package var group: String?
    /// The title of the labels' column.
    package var label: String
    package var columns: [Column]
    package var rows: [Row]
    /// Whether a terminal shows each row as a column, since there are many cells to few rows.
    package var readsDown = false

    package init(
        _ caption: String,
        group: String? = nil,
        label: String,
        columns: [Column],
        rows: [Row],
        readsDown: Bool = false
    ) {
        (self.caption, self.group, self.label) = (caption, group, label)
        (self.columns, self.rows, self.readsDown) = (columns, rows, readsDown)
    }

    private var hasGroups: Bool { group != nil || rows.contains { !$0.group.isEmpty } }

    /// The titles of all columns, that of the groups and that of the labels among them.
    package var titles: [String] { (hasGroups ? [group ?? ""] : []) + [label] + columns.map(\.title) }

    /// What the rows say, in the order of the titles.
    package var texts: [[String]] {
        rows.map { row in (hasGroups ? [row.group] : []) + ([row.label] + row.cells).map(\.text) }
    }

    func seen(in medium: Media) -> Table {
        var table = self
        table.rows = rows.filter { $0.shown.contains(medium) }
        return table
    }

    static func expectations(_ expectations: [ExpectationResult]) -> Table {
        Table(
            "Expectations of the scenario",
            label: "",
            of: expectations,
            row: { Row($0.sign) },
            [.text("Expectation", isCode: true) { $0.text }, .text("Observed") { $0.observedWords }]
        )
    }
}

package struct Column: Sendable {
    package enum Kind: Sendable {
        /// Flush right.
        case number
        case text
        /// Sentences, which need room.
        case words
    }

    package var title: String
    package var kind: Kind
    /// Of the variant that the column is about.
    package var style: SeriesStyle?
    package var isCode: Bool
    /// Whether a terminal that is too narrow lists its cells below.
    package var isSpare: Bool

    package init(
        _ title: String,
        _ kind: Kind,
        style: SeriesStyle? = nil,
        isCode: Bool = false,
        isSpare: Bool = false
    ) {
        (self.title, self.kind, self.style) = (title, kind, style)
        (self.isCode, self.isSpare) = (isCode, isSpare)
    }
}

package struct Row: Sendable {
    /// Empty for none; rows of one group follow one another.
    package var group = ""
    package var label: Cell
    /// In the order of the columns.
    package var cells: [Cell]
    /// Of the variant that the row is about.
    package var style: SeriesStyle?
    /// What a reader cannot see from the label.
    package var explanation = ""
    package var shown = Media.everywhere
    /// Whether it is worth no look where there is little room: folded away in a pull request.
    package var isUnchanged = false

    package init(_ label: Cell, _ cells: [Cell] = [], of group: String = "", style: SeriesStyle? = nil) {
        (self.label, self.cells, self.group, self.style) = (label, cells, group, style)
    }

    package init(_ label: String, _ cells: [Cell] = [], of group: String = "", style: SeriesStyle? = nil) {
        self.init(Cell(label), cells, of: group, style: style)
    }
}

package struct Cell: Sendable, Hashable {
    /// Words may have several lines.
    package var text: String
    package var tone: Tone
    /// A name or expression of a program.
    package var isCode: Bool

    package init(_ text: String, _ tone: Tone = .plain, isCode: Bool = false) {
        (self.text, self.tone, self.isCode) = (text, tone, isCode)
    }
}

extension ExpectationResult {
    /// Met, not met, or a dash where it does not apply.
    var sign: Cell { notApplicable == nil ? met ? Cell("✓", .good) : Cell("✗", .bad) : Cell("–", .muted) }

    /// The value, and why it says nothing where that is so.
    var observedWords: String {
        let value = observedText ?? "unknown"
        return notApplicable.map { "\(value); \($0)" } ?? value
    }
}
