import LabCore

/// A column of a table over values, declared once: its title, and what it says of each value.
package struct Field<Value> {
    let column: Column
    let cell: (Value) -> Cell

    /// Flush right.
    package static func number(
        _ title: String,
        tone: @escaping (Value) -> Tone = { _ in .plain },
        _ text: @escaping (Value) -> String
    ) -> Field {
        Field(column: Column(title, .number)) { Cell(text($0), tone($0)) }
    }

    package static func text(
        _ title: String,
        tone: @escaping (Value) -> Tone = { _ in .plain },
        isCode: Bool = false,
        _ text: @escaping (Value) -> String
    ) -> Field {
        Field(column: Column(title, .text)) { Cell(text($0), tone($0), isCode: isCode) }
    }

    /// Sentences, which need room.
    package static func words(
        _ title: String,
        tone: @escaping (Value) -> Tone = { _ in .plain },
        _ text: @escaping (Value) -> String
    ) -> Field {
        Field(column: Column(title, .words)) { Cell(text($0), tone($0)) }
    }

    /// A number that is nothing worth a look if it is 0, and is marked if it is more; `nil` is unknown.
    static func count(_ title: String, _ tone: Tone, _ count: @escaping (Value) -> Int?) -> Field {
        Field(column: Column(title, .number)) { value in
            guard let count = count(value) else { return Cell("unknown", .muted) }
            return Cell(grouped(count), count == 0 ? .muted : tone)
        }
    }
}

extension Table {
    /// - Parameters:
    ///   - caption: what it is, for those who cannot see where it stands.
    ///   - group: the title of the groups' own column; `nil` where each group has a heading above its rows.
    ///   - label: the title of the labels' column.
    ///   - values: one for each row.
    ///   - readsDown: whether a terminal shows each row as a column.
    ///   - row: the label and the group of a value's row.
    ///   - fields: what is said of each value.
    package init<Value>(
        _ caption: String,
        group: String? = nil,
        label: String,
        of values: [Value],
        readsDown: Bool = false,
        row: (Value) -> Row,
        _ fields: [Field<Value>]
    ) {
        self.init(
            caption,
            group: group,
            label: label,
            columns: fields.map(\.column),
            rows: values.map { value in
                var row = row(value)
                row.cells = fields.map { $0.cell(value) }
                return row
            },
            readsDown: readsDown
        )
    }
}
