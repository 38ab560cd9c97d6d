/// A table of aligned columns.
///
/// Columns that do not fit side by side follow below, their labels repeated.
package struct TextTable {
    struct Column {
        var title: StyledText
        /// Numbers are flush right.
        var isNumber: Bool
    }

    enum Row {
        case heading(String)
        case values(label: StyledText, cells: [StyledText])
        /// Sentences on the row before, below it.
        case words(String)
    }

    /// The title of the labels.
    var label = StyledText()
    var columns: [Column]
    var rows: [Row]

    private static let gap = 3
    private static let indent = 2
    private static let widestLabel = 36
    private static let widestColumn = 32

    /// Whether all columns stand side by side.
    func fits(_ width: Int) -> Bool {
        blocks(widths(width), room: width - Self.indent - labelWidth).count <= 1
    }

    func lines(width: Int) -> [StyledText] {
        let widths = widths(width)
        var lines: [StyledText] = []
        for block in blocks(widths, room: width - Self.indent - labelWidth) {
            if !lines.isEmpty { lines.append(StyledText()) }
            lines += self.lines(of: block, labelWidth: labelWidth, widths: widths, width: width)
        }
        return lines.map { $0.truncated(to: width) }
    }

    private func widths(_ width: Int) -> [Int] {
        columns.indices.map { columnWidth($0, limit: width - Self.indent - labelWidth - Self.gap) }
    }

    private var labelWidth: Int {
        let labels = rows.map { row in
            if case .values(let label, _) = row { label.width } else { 0 }
        }
        return min(max(label.width, labels.max() ?? 0), Self.widestLabel)
    }

    private func columnWidth(_ column: Int, limit: Int) -> Int {
        let cells = rows.map { row in
            guard case .values(_, let cells) = row, cells.indices.contains(column) else { return 0 }
            return cells[column].width
        }
        return max(1, min(max(columns[column].title.width, cells.max() ?? 0), Self.widestColumn, limit))
    }

    /// Neighbouring columns that fit side by side; at least one each.
    private func blocks(_ widths: [Int], room: Int) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var (start, used) = (0, 0)
        for (index, width) in widths.enumerated() {
            if index > start, used + Self.gap + width > room {
                blocks.append(start..<index)
                (start, used) = (index, 0)
            }
            used += Self.gap + width
        }
        if start < widths.count { blocks.append(start..<widths.count) }
        return blocks
    }

    private func lines(of block: Range<Int>, labelWidth: Int, widths: [Int], width: Int) -> [StyledText] {
        let gap = StyledText.spaces(Self.gap)
        let start = StyledText.spaces(Self.indent)
        let total = Self.indent + labelWidth + block.reduce(0) { $0 + Self.gap + widths[$1] }
        func line(_ label: StyledText, _ cells: [StyledText]) -> StyledText {
            block.reduce(start + label.padded(to: labelWidth)) { line, column in
                let cell = cells.indices.contains(column) ? cells[column] : StyledText()
                return line + gap + cell.padded(to: widths[column], trailing: columns[column].isNumber)
            }
        }
        let rule = start + StyledText(String(repeating: "─", count: max(0, total - Self.indent)), .muted)
        let rows = rows.flatMap { row -> [StyledText] in
            switch row {
            case .heading(let title): return [StyledText(), start + StyledText(title, .strong)]
            case .values(let label, let cells): return [line(label, cells)]
            case .words(let text):
                guard block.upperBound == columns.count else { return [] }
                return ParagraphText.lines(text, lead: .spaces(2 * Self.indent), width: width, tone: .muted)
            }
        }
        return [line(label, columns.map(\.title)), rule] + rows
    }
}

extension TextTable {
    /// Columns divided by two spaces, as `kubectl get` prints them: whole, however wide the terminal is.
    ///
    /// - Returns: nothing at all without rows.
    package static func listing(_ rows: [[String]], header: [String]) -> String {
        guard !rows.isEmpty else { return "" }
        let lines = ([header] + rows).map { $0.map { StyledText($0) } }
        let widths = header.indices.map { column in lines.map { $0[column].width }.max() ?? 0 }
        return lines.map { line in
            let cells = zip(line, widths).map { $0.padded(to: $1) }
            return StyledText.joined(cells, by: .spaces(2)).rendered(.plain) + "\n"
        }
        .joined()
    }
}
