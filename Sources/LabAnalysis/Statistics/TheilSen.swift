/// One window of one life: events that the pod had handled, and the least memory seen.
struct WindowPoint: Sendable, Hashable {
    var events: Double
    var bytes: Double
    /// When that was read; wall seconds since the start of the run.
    var seconds = 0.0
}

/// The median of the slopes between all pairs of points (Theil 1950), with Sen's interval (1968), widened for
/// correlation between neighbouring windows.
struct TheilSen: Sendable, Hashable {
    let estimate: Double
    let low: Double
    let high: Double

    var width: Double { high - low }

    /// Fails if there are too few points for an interval of this confidence.
    ///
    /// - Parameters:
    ///   - groups: the points of each life in order, `events` strictly ascending; slopes are taken within a group
    ///     only, so that the level of a life does not matter.
    ///   - confidence: of the two-sided interval, between 0 and 1.
    init?(_ groups: [[WindowPoint]], confidence: Double) {
        let slopes = Self.sortedSlopes(groups)
        guard let middle = median(ofSorted: slopes), middle.isFinite else { return nil }
        let rank = KendallRank(groupSizes: groups.map(\.count)).criticalRank(tail: (1 - confidence) / 2)
        guard rank > 0, rank <= slopes.count else { return nil }
        let widening = ResidualCorrelation(groups, slope: middle).widening
        estimate = middle
        low = middle - (middle - slopes[rank - 1]) * widening
        high = middle + (slopes[slopes.count - rank] - middle) * widening
        guard low.isFinite, high.isFinite else { return nil }
    }

    /// The slope alone, of however few points; `nil` without two of different events.
    static func slope(of points: [WindowPoint]) -> Double? {
        median(ofSorted: sortedSlopes([points])).flatMap { $0.isFinite ? $0 : nil }
    }

    private static func sortedSlopes(_ groups: [[WindowPoint]]) -> [Double] {
        var slopes: [Double] = []
        for points in groups {
            for (index, left) in points.enumerated() {
                for right in points[(index + 1)...] where right.events > left.events {
                    slopes.append((right.bytes - left.bytes) / (right.events - left.events))
                }
            }
        }
        return slopes.sorted()
    }
}

/// The middle value, or the mean of the two middle ones; `nil` for none.
package func median(_ values: [Double]) -> Double? { median(ofSorted: values.sorted()) }

private func median(ofSorted values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let upper = values[values.count / 2]
    return values.count.isMultiple(of: 2) ? (values[values.count / 2 - 1] + upper) / 2 : upper
}
