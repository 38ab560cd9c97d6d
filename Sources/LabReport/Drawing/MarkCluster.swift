/// Marks too close to each other to be drawn one by one.
struct MarkCluster: Sendable, Hashable {
    /// In SVG user units: the mean of its marks.
    private(set) var position: Double
    private(set) var marks: [ChartMark]

    private static let crossWidth = 8.0
    private static let digitWidth = 5.8
    private static let gap = 3.0

    var count: Int { marks.count }

    /// The cross, and the number of marks if there are several.
    var width: Double {
        count == 1 ? Self.crossWidth : Self.crossWidth + 2 + Self.digitWidth * Double("\(count)".count)
    }

    /// Groups marks until none hides another: those closest to each other first.
    ///
    /// - Complexity: quadratic in the number of places that can be told apart, which the width of a chart bounds.
    static func clusters(of marks: [ChartMark], at position: (ChartMark) -> Double) -> [MarkCluster] {
        var clusters: [MarkCluster] = []
        for mark in marks.sorted(by: { $0.at < $1.at }) {
            let place = position(mark)
            if let last = clusters.last, place - last.position < 2 {
                clusters[clusters.count - 1] = last.merged(MarkCluster(position: place, marks: [mark]))
            } else {
                clusters.append(MarkCluster(position: place, marks: [mark]))
            }
        }
        while let pair = tightest(in: clusters) {
            clusters[pair] = clusters[pair].merged(clusters[pair + 1])
            clusters.remove(at: pair + 1)
        }
        return clusters
    }

    /// The first of the two neighbours that overlap the most; `nil` if none do.
    private static func tightest(in clusters: [MarkCluster]) -> Int? {
        let rooms = zip(clusters, clusters.dropFirst()).map { left, right in
            right.position - left.position - (left.width + right.width) / 2 - gap
        }
        guard let (index, room) = rooms.enumerated().min(by: { $0.element < $1.element }), room < 0 else {
            return nil
        }
        return index
    }

    private func merged(_ other: MarkCluster) -> MarkCluster {
        let total = Double(count + other.count)
        let mean = (position * Double(count) + other.position * Double(other.count)) / total
        return MarkCluster(position: mean, marks: marks + other.marks)
    }
}

/// A strip of marks below a chart: the kills of one variant, or all other warnings.
struct MarkRow: Sendable, Hashable {
    var isKill: Bool
    var style: SeriesStyle?
    var marks: [ChartMark]

    static let height = 14.0
    /// Variants beyond that share the last row of kills.
    private static let mostRows = 3

    static func rows(of marks: [ChartMark]) -> [MarkRow] {
        var rows: [MarkRow] = []
        for mark in marks where mark.isKill {
            if let index = rows.firstIndex(where: { $0.style == mark.style }) {
                rows[index].marks.append(mark)
            } else if rows.count < mostRows {
                rows.append(MarkRow(isKill: true, style: mark.style, marks: [mark]))
            } else {
                rows[rows.count - 1].marks.append(mark)
                rows[rows.count - 1].style = nil
            }
        }
        let others = marks.filter { !$0.isKill }
        return others.isEmpty ? rows : rows + [MarkRow(isKill: false, style: nil, marks: others)]
    }
}
