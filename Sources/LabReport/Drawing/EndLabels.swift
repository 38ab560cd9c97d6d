/// Places labels beside the ends of lines so that they do not overlap.
enum EndLabels {
    /// - Parameters:
    ///   - wanted: where each label would like to be.
    ///   - height: distance between two labels at least.
    ///   - low: the smallest position allowed.
    ///   - high: the largest position allowed; labels that find no room below it overlap at `low`.
    /// - Returns: a position for each, in the order given.
    static func place(_ wanted: [Double], height: Double, low: Double, high: Double) -> [Double] {
        let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
        var placed = wanted
        var floor = low
        for index in order {
            placed[index] = max(wanted[index], floor)
            floor = placed[index] + height
        }
        var ceiling = high
        for index in order.reversed() where placed[index] > ceiling {
            placed[index] = max(ceiling, low)
            ceiling = placed[index] - height
        }
        return placed
    }
}
