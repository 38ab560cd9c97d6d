import LabCore

/// One reading, nanoseconds of wall time since the start of the run.
struct SeriesPoint: Sendable, Hashable {
    var time: Int64
    var value: Double
}

extension Series {
    init(_ points: [SeriesPoint]) {
        self.init(times: points.map(\.time), values: points.map(\.value))
    }

    /// The readings that are numbers of a credible time; arrays of different lengths are read as far as both go.
    var finitePoints: [SeriesPoint] {
        zip(times, values).filter { Self.reportableTimes.contains($0.0) && $0.1.isFinite }
            .map { SeriesPoint(time: $0.0, value: $0.1) }
    }

    func scaled(by factor: Double) -> Series {
        Series(finitePoints.map { SeriesPoint(time: $0.time, value: $0.value * factor) })
    }

    /// The readings within a phase; all if there is none.
    func during(_ phase: PhaseHeader?) -> Series {
        guard let phase else { return self }
        return Series(finitePoints.filter { phase.start <= $0.time && $0.time <= phase.end })
    }

    /// How fast a counter grows, per second, over windows of equal length that follow one another: at most `windows`
    /// of them, each at least `shortest` nanoseconds long.
    func growth(windows: Int, shortest: Int64) -> Series {
        let points = finitePoints
        guard let first = points.first, let last = points.last, last.time > first.time, windows > 0 else {
            return Series()
        }
        let counter = Series(points)
        let span = last.time - first.time
        let length = max(1, min(span, max(shortest, span / Int64(windows))))
        var before = first.value
        return Series(
            stride(from: first.time, through: last.time - length, by: Int64.Stride(length)).map { start in
                let after = counter.interpolated(at: start + length) ?? before
                defer { before = after }
                let rate = max(0, after - before) * 1e9 / Double(length)
                return SeriesPoint(time: start + length / 2, value: rate)
            }
        )
    }

    /// The value at `time` on a straight line between the readings around it, the last one after the end; `nil` before
    /// the first.
    private func interpolated(at time: Int64) -> Double? {
        let index = times.partitioningIndex { $0 > time }
        guard index > 0 else { return nil }
        guard index < times.count else { return values[index - 1] }
        let share = Double(time - times[index - 1]) / Double(max(1, times[index] - times[index - 1]))
        return values[index - 1] + (values[index] - values[index - 1]) * share
    }

    /// At most two readings for each of `columns` columns of equal time, the smallest and the largest, and the
    /// first and the last reading: what a line of that many pixels can show.
    func reduced(to columns: Int) -> [SeriesPoint] {
        let points = finitePoints
        guard let first = points.first, let last = points.last else { return [] }
        guard columns > 0, points.count > 2 * columns, last.time > first.time else { return points }
        let width = Double(last.time - first.time) / Double(columns)
        func column(_ index: Int) -> Int { Int(Double(points[index].time - first.time) / width) }
        var kept = [0]
        var start = 0
        while start < points.count {
            var (low, high, next) = (start, start, start + 1)
            while next < points.count, column(next) == column(start) {
                if points[next].value < points[low].value { low = next }
                if points[next].value > points[high].value { high = next }
                next += 1
            }
            kept += [min(low, high), max(low, high)]
            start = next
        }
        kept.append(points.count - 1)
        return zip(kept, [-1] + kept).filter { $0 > $1 }.map { points[$0.0] }
    }
}

extension [Int64] {
    /// The first index whose element satisfies `belongsInSecondPart`, which all after it do as well; the count if none
    /// does.
    func partitioningIndex(where belongsInSecondPart: (Int64) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongsInSecondPart(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
