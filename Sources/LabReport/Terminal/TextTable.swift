/// A table of aligned columns.
///
/// Columns that do not fit side by side follow below, their labels repeated.
struct TextTable {
    enum Row {
        case heading(String)
        case values(label: String, cells: [StyledText])
    }

    var columns: [StyledText]
    var rows: [Row]
    /// Longer labels are cut, terminal columns.
    var widestLabel = 20

    private static let gap = 3
    private static let indent = 2
    private static let widestColumn = 26

    /// Whether all columns stand side by side.
    func fits(_ width: Int) -> Bool {
        blocks(widths(width), room: width - Self.indent - labelWidth).count <= 1
    }

    func lines(width: Int) -> [StyledText] {
        let widths = widths(width)
        var lines: [StyledText] = []
        for block in blocks(widths, room: width - Self.indent - labelWidth) {
            if !lines.isEmpty { lines.append(StyledText()) }
            lines += self.lines(of: block, labelWidth: labelWidth, widths: widths)
        }
        return lines.map { $0.truncated(to: width) }
    }

    private func widths(_ width: Int) -> [Int] {
        columns.indices.map { columnWidth($0, limit: width - Self.indent - labelWidth - Self.gap) }
    }

    private var labelWidth: Int { min(labels.map { StyledText($0).width }.max() ?? 0, widestLabel) }

    private var labels: [String] {
        rows.map { row in
            switch row {
            case .heading(let title): title
            case .values(let label, _): label
            }
        }
    }

    private func columnWidth(_ column: Int, limit: Int) -> Int {
        let cells = rows.map { row in
            guard case .values(_, let cells) = row, cells.indices.contains(column) else { return 0 }
            return cells[column].width
        }
        return max(1, min(max(columns[column].width, cells.max() ?? 0), Self.widestColumn, limit))
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

    private func lines(of block: Range<Int>, labelWidth: Int, widths: [Int]) -> [StyledText] {
        let gap = StyledText.spaces(Self.gap)
        let start = StyledText.spaces(Self.indent)
        let total = Self.indent + labelWidth + block.reduce(0) { $0 + Self.gap + widths[$1] }
        func line(_ label: StyledText, _ cells: [StyledText]) -> StyledText {
            block.reduce(start + label.padded(to: labelWidth)) { line, column in
                let cell = cells.indices.contains(column) ? cells[column] : StyledText()
                return line + gap + cell.padded(to: widths[column], trailing: true)
            }
        }
        let rule = start + StyledText(String(repeating: "─", count: max(0, total - Self.indent)), .muted)
        return [line(StyledText(), columns), rule]
            + rows.flatMap { row in
                switch row {
                case .heading(let title): [StyledText(), start + StyledText(title, .strong)]
                case .values(let label, let cells): [line(StyledText(label), cells)]
                }
            }
    }
}
