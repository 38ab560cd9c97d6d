import LabCore

/// A variant's memory over the time of the run, several rows high, with its limit.
struct LiveChart {
    private static let parts: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let limitLine: Character = "╌"
    /// Of the scale at the left.
    private static let margin = 11
    static let leastRows = 3
    static let mostRows = 12

    let variant: LiveVariant
    let tone: Tone

    /// Exactly `rows` lines of `width` columns at most; `top` is the value at the top, which variants share.
    ///
    /// The newest reading is at the right; each column shows its largest one.
    func lines(rows: Int, width: Int, top: Double) -> [StyledText] {
        let columns = max(1, width - Self.margin - 1)
        let top = max(top, 1)
        let heights = Self.peaks(of: variant.curve, columns: columns).map {
            $0.map { $0 / top * Double(rows) }
        }
        let limitRow = variant.limit.flatMap {
            $0 > 0 && $0 <= top ? Int((1 - $0 / top) * Double(rows)) : nil
        }
        return (0..<rows).map { row in
            let label = label(row, of: rows, limitRow: limitRow, top: top)
            return StyledText(label, row == limitRow ? .bad : .muted).padded(to: Self.margin, trailing: true)
                + StyledText(" ") + cells(heights, above: Double(rows - 1 - row), isLimit: row == limitRow)
        }
    }

    private func label(_ row: Int, of rows: Int, limitRow: Int?, top: Double) -> String {
        if row == limitRow { return "limit \(Figure.bytes(variant.limit))".replacing(" MiB", with: "M") }
        if row == 0, limitRow != 1 { return Figure.bytes(top) }
        return row == rows - 1 ? variant.curveName : ""
    }

    /// One row: runs of the curve and of the limit's line, each in its tone.
    private func cells(_ heights: [Double?], above floor: Double, isLimit: Bool) -> StyledText {
        let characters = heights.map { height -> Character in
            let share = min(1, max(0, (height ?? 0) - floor))
            let part = Self.parts[Int((share * 8).rounded())]
            return part == " " && isLimit ? Self.limitLine : part
        }
        var text = StyledText()
        var rest = characters[...]
        while let first = rest.first {
            let isLine = first == Self.limitLine
            let run = rest.prefix { ($0 == Self.limitLine) == isLine }
            text += StyledText(String(run), isLine ? .bad : tone)
            rest = rest.dropFirst(run.count)
        }
        return text
    }

    /// As many as there are columns; `nil` before the first reading.
    static func peaks(of history: [Double], columns: Int) -> [Double?] {
        let perColumn = max(1, (history.count + columns - 1) / columns)
        let peaks = stride(from: 0, to: history.count, by: perColumn).map { start in
            history[start..<min(start + perColumn, history.count)].filter(\.isFinite).max()
        }
        return Array(repeating: nil, count: max(0, columns - peaks.count)) + peaks
    }
}
