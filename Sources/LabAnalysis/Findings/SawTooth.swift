import LabCore

/// A level that climbs and falls back again and again, at a regular distance: live heap under a janitor on a timer, or a
/// cache that is emptied when it is full.
struct SawTooth: Sendable, Hashable {
    /// Median distance of two falls, wall seconds.
    let period: Double
    /// When it fell, wall seconds since the start of the run.
    let fallTimes: [Double]

    /// How often it fell.
    var falls: Int { fallTimes.count }

    /// Fails if there are no such falls in the life's usable time.
    init?(of life: Life, metric: MetricName, settings: AnalysisSettings) {
        guard let usable = life.usable else { return nil }
        let points = Self.points(of: life[metric], in: usable)
        let smallest = metric.leastChange(bytes: settings.smallestTooth, settings: settings)
        guard let first = points.first, let last = points.last,
            let low = points.map(\.value).min(), let high = points.map(\.value).max(),
            high - low >= max(smallest, high * settings.toothOfLevel)
        else { return nil }
        let falls = Self.falls(points, by: (high - low) * settings.toothOfSwing)
        let distances = zip(falls, falls.dropFirst()).map { $1.time - $0.time }
        let spacing = (last.time - first.time) / Double(points.count - 1)
        guard falls.count >= settings.fewestTeeth, let period = median(distances),
            period >= Self.fewestPoints * spacing,
            distances.allSatisfy({ abs($0 - period) <= period * settings.toothIrregularity }),
            // What falls as slowly as it climbs follows the load.
            falls.allSatisfy({ $0.length <= max(period * Self.longestFall, spacing * 1.01) }),
            Self.climb(points, between: falls.map(\.time)) >= Self.leastClimb
        else { return nil }
        self.period = period
        fallTimes = falls.map(\.time)
    }

    /// The usable time is looked at in so many stretches at most, by the median of each.
    private static let mostStretches = 1_000
    /// A tooth of fewer is not told from noise.
    private static let fewestPoints = 8.0
    /// Of the period, for two thirds of a fall that counts.
    ///
    /// A sine takes 0.116, a triangle 0.167.
    private static let longestFall = 0.1
    /// Of the correlation between the level and the time since the last fall.
    private static let leastClimb = 0.85

    private typealias Point = (time: Double, value: Double)

    private static func points(of track: Track, in usable: Life.Usable) -> [Point] {
        let range = track.firstIndex(from: usable.from)..<track.firstIndex(from: usable.to.nextUp)
        let length = max(1, (range.count + mostStretches - 1) / mostStretches)
        return stride(from: range.lowerBound, to: range.upperBound, by: length).compactMap { start in
            let stretch = start..<min(start + length, range.upperBound)
            return median(Array(track.values[stretch])).map { (track.times[stretch.upperBound - 1], $0) }
        }
    }

    /// When the level had come down by `threshold` from where it last turned, and how long two thirds of that took.
    ///
    /// It turns at a low once it has risen by as much from there.
    private static func falls(_ points: [Point], by threshold: Double) -> [(time: Double, length: Double)] {
        guard let first = points.first else { return [] }
        var falls: [(time: Double, length: Double)] = []
        var (top, bottom, lastHigh, isFalling) = (first.value, first.value, first.time, false)
        for point in points {
            if isFalling {
                bottom = min(bottom, point.value)
                guard point.value - bottom >= threshold else { continue }
                (isFalling, top, lastHigh) = (false, point.value, point.time)
            } else {
                top = max(top, point.value)
                if point.value >= top - threshold / 3 { lastHigh = point.time }
                guard top - point.value >= threshold else { continue }
                falls.append((point.time, point.time - lastHigh))
                (isFalling, bottom) = (true, point.value)
            }
        }
        return falls
    }

    /// How well a line tells the level from the share of the way from one fall to the next: 1 for teeth, about 0 for
    /// noise that happens to fall at regular distances.
    private static func climb(_ points: [Point], between falls: [Double]) -> Double {
        var phases: [Double] = []
        var values: [Double] = []
        for (start, end) in zip(falls, falls.dropFirst()) {
            for point in points where start <= point.time && point.time < end {
                phases.append((point.time - start) / (end - start))
                values.append(point.value)
            }
        }
        return correlation(phases, values)
    }

    /// Pearson's; 0 where one of them does not vary.
    private static func correlation(_ left: [Double], _ right: [Double]) -> Double {
        let count = Double(max(1, left.count))
        let (leftMean, rightMean) = (left.reduce(0, +) / count, right.reduce(0, +) / count)
        var (product, leftSquare, rightSquare) = (0.0, 0.0, 0.0)
        for (x, y) in zip(left, right) {
            product += (x - leftMean) * (y - rightMean)
            leftSquare += (x - leftMean) * (x - leftMean)
            rightSquare += (y - rightMean) * (y - rightMean)
        }
        let scale = (leftSquare * rightSquare).squareRoot()
        return scale > 0 ? product / scale : 0
    }
}
