/// A line of block characters, from `▁` for the smallest value to `█` for the largest.
enum Sparkline {
    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// Always `width` characters: the history's newest part at the right, its largest value in each column; values
    /// that are no number and times before the first value are spaces.
    /// - Parameter floor: what the lowest block stands for at least reaches down to, so that noise on a high level
    ///   looks flat; `nil` for the smallest value.
    static func text(_ history: [Double], width: Int, floor: Double? = nil) -> String {
        guard width > 0 else { return "" }
        let columns = columns(history, width)
        let known = columns.compactMap { $0 }
        guard let largest = known.max(), let smallest = known.min() else {
            return String(repeating: " ", count: width)
        }
        let bottom = min(smallest, floor ?? smallest)
        let characters = columns.map { value in value.map { block($0, bottom, largest) } ?? " " }
        return String(repeating: " ", count: width - characters.count) + String(characters)
    }

    private static func columns(_ history: [Double], _ width: Int) -> [Double?] {
        let perColumn = max(1, (history.count + width - 1) / width)
        return stride(from: 0, to: history.count, by: perColumn).map { start in
            history[start..<min(start + perColumn, history.count)].filter(\.isFinite).max()
        }
    }

    private static func block(_ value: Double, _ bottom: Double, _ top: Double) -> Character {
        let height = top / 2 - bottom / 2
        guard height > 0 else { return blocks[0] }
        let share = (value / 2 - bottom / 2) / height
        return blocks[min(blocks.count - 1, max(0, Int(share * Double(blocks.count))))]
    }
}
