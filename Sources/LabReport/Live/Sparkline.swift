/// A line of block characters, from `▁` for zero to `█` for the top of the scale.
enum Sparkline {
    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// Always `width` characters, the newest part of the history at the right.
    ///
    /// Each column shows its largest value; values that are no number and times before the first value are spaces.
    /// The highest block stands for `top`, which lines that are compared share.
    static func text(_ history: [Double], width: Int, top: Double) -> String {
        guard width > 0 else { return "" }
        let perColumn = max(1, (history.count + width - 1) / width)
        let columns = stride(from: 0, to: history.count, by: perColumn).map { start -> Character in
            let values = history[start..<min(start + perColumn, history.count)].filter(\.isFinite)
            return values.max().map { block($0 / top) } ?? " "
        }
        return String(repeating: " ", count: width - columns.count) + String(columns)
    }

    private static func block(_ share: Double) -> Character {
        guard share.isFinite, share > 0 else { return blocks[0] }
        return blocks[Int(min(0.999, share) * Double(blocks.count))]
    }
}
