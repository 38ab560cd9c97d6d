import LabCore

extension Series {
    /// The readings that are numbers; arrays of different lengths are read as far as both go.
    var finitePoints: [(time: Int64, value: Double)] {
        zip(times, values).filter { $0.1.isFinite }.map { ($0.0, $0.1) }
    }

    func scaled(by factor: Double) -> Series {
        Series(times: Array(times.prefix(values.count)), values: values.prefix(times.count).map { $0 * factor })
    }

    /// How fast a counter grows, per second, over windows that follow one another.
    /// - Parameter window: nanoseconds; at least 1.
    func growth(window: Int64) -> Series {
        let points = finitePoints
        guard let first = points.first, let last = points.last, window > 0 else { return Series() }
        let counter = Series(times: points.map(\.time), values: points.map(\.value))
        var series = Series()
        var start = first.time
        var before = first.value
        // A last window of less than half the length would be mostly noise.
        while start < last.time, last.time - start >= window / 2 {
            let end = min(start + window, last.time)
            let after = counter.value(at: end) ?? before
            series.append(max(0, after - before) * 1e9 / Double(end - start), at: start + (end - start) / 2)
            (start, before) = (end, after)
        }
        return series
    }

    /// At most two readings for each of `columns` columns of equal time, the smallest and the largest, and the
    /// first and the last reading: what a line of that many pixels can show.
    func reduced(to columns: Int) -> Series {
        let points = finitePoints
        guard let first = points.first, let last = points.last else { return Series() }
        guard columns > 0, points.count > 2 * columns, last.time > first.time else {
            return Series(times: points.map(\.time), values: points.map(\.value))
        }
        let width = Double(last.time - first.time) / Double(columns)
        var kept = [0]
        var start = 0
        while start < points.count {
            let column = Int(Double(points[start].time - first.time) / width)
            var (low, high, next) = (start, start, start)
            while next < points.count, Int(Double(points[next].time - first.time) / width) == column {
                if points[next].value < points[low].value { low = next }
                if points[next].value > points[high].value { high = next }
                next += 1
            }
            kept += [min(low, high), max(low, high)]
            start = next
        }
        kept.append(points.count - 1)
        var series = Series()
        for (index, previous) in zip(kept, [-1] + kept) where index > previous {
            series.append(points[index].value, at: points[index].time)
        }
        return series
    }
}
