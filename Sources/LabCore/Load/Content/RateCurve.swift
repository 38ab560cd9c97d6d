/// A rate as it was recorded: straight lines from point to point.
package struct RateCurve: Hashable, Sendable, Codable {
    package struct Point: Hashable, Sendable, Codable {
        /// Since the curve's start.
        package var seconds: Double
        /// Events per second.
        package var rate: Double

        package init(seconds: Double, rate: Double) {
            self.seconds = seconds
            self.rate = rate
        }
    }

    package let points: [Point]

    package init(points: [Point]) { self.points = points }

    /// Whether there are two points at least, the first at zero, times that rise, and rates that can be.
    package var isValid: Bool {
        guard points.count >= 2, points.first?.seconds == 0 else { return false }
        return zip(points, points.dropFirst()).allSatisfy { $0.seconds < $1.seconds }
            && points.allSatisfy { $0.seconds.isFinite && $0.rate.isFinite && $0.rate >= 0 }
    }

    package var seconds: Double { points.last?.seconds ?? 0 }

    /// The highest rate of all.
    package var peak: Double { points.map(\.rate).max() ?? 0 }

    /// The rate at a time in seconds; that of the first or the last point beyond them.
    package func rate(at time: Double) -> Double { RateCurveTable(self).rate(at: time) }

    /// The highest rate between two times in seconds.
    package func peak(from start: Double, to end: Double) -> Double {
        let table = RateCurveTable(self)
        let within = points.filter { start...end ~= $0.seconds }.map(\.rate)
        return max(within.max() ?? 0, table.rate(at: start), table.rate(at: end))
    }

    /// The same curve on another clock: rates are multiplied by the factor, times divided.
    func scaled(by timeScale: TimeScale) -> RateCurve {
        RateCurve(
            points: points.map {
                Point(
                    seconds: $0.seconds / timeScale.factor,
                    rate: timeScale.wall(EventRate(perSecond: $0.rate)).perSecond
                )
            }
        )
    }
}

/// A curve with its integral, which is known at each point and in closed form between two.
struct RateCurveTable: Hashable, Sendable {
    private let points: [RateCurve.Point]
    /// Events from the start to each point.
    private let events: [Double]

    init(_ curve: RateCurve) {
        points = curve.points
        var sum = 0.0
        events = curve.points.indices.map { index in
            guard index > 0 else { return 0 }
            let (from, to) = (curve.points[index - 1], curve.points[index])
            sum += (to.seconds - from.seconds) * (from.rate + to.rate) / 2
            return sum
        }
    }

    /// That of the first or the last point beyond them.
    func rate(at time: Double) -> Double {
        guard let index = piece(at: time) else { return points.last?.rate ?? 0 }
        return max(0, points[index].rate + slope(of: index) * max(0, time - points[index].seconds))
    }

    func events(until time: Double) -> Double {
        guard let index = piece(at: time) else { return events.last ?? 0 }
        let within = max(0, time - points[index].seconds)
        return events[index] + (points[index].rate + slope(of: index) * within / 2) * within
    }

    /// The earliest time at which the integral reaches `wanted`.
    func time(of wanted: Double) -> Double {
        let next = firstIndex { events[$0] >= wanted }
        guard next < events.count else { return points.last?.seconds ?? 0 }
        guard next > 0 else { return 0 }
        let (start, rest) = (points[next - 1], wanted - events[next - 1])
        let root = max(0, start.rate * start.rate + 2 * slope(of: next - 1) * rest).squareRoot()
        // The form that loses no digits when the slope is small.
        let within = 2 * rest / (start.rate + root)
        return min(points[next].seconds, start.seconds + (within.isNaN ? 0 : within))
    }

    private func slope(of piece: Int) -> Double {
        (points[piece + 1].rate - points[piece].rate) / (points[piece + 1].seconds - points[piece].seconds)
    }

    /// The piece between two points that a time lies in; `nil` from the last point on.
    private func piece(at time: Double) -> Int? {
        let next = firstIndex { points[$0].seconds > time }
        return next < points.count ? max(0, next - 1) : nil
    }

    /// The first index for which something holds that holds for all behind it; the count if there is none.
    private func firstIndex(where isThere: (Int) -> Bool) -> Int {
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if isThere(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
