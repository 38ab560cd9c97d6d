import LabCore

/// A recorded series made safe for arithmetic: finite values, ascending times in wall seconds since the run's start.
///
/// Samples that are no number, beyond ±2⁶² or older than the one before are left out.
struct Track: Sendable {
    private(set) var times: [Double] = []
    private(set) var values: [Double] = []

    init() {}

    /// - Parameters:
    ///   - series: as it was recorded.
    ///   - limit: about so many samples are kept, evenly spread, the newest always.
    init(_ series: Series?, thinnedTo limit: Int = .max) {
        guard let series else { return }
        let count = min(series.times.count, series.values.count)
        guard count > 0 else { return }
        let step = max(1, count / max(1, limit))
        times.reserveCapacity(count / step + 1)
        values.reserveCapacity(count / step + 1)
        for index in stride(from: (count - 1) % step, to: count, by: step) {
            let time = Double(series.times[index]) / 1e9
            let value = series.values[index]
            guard value.isFinite, abs(value) < 0x1p62, times.last.map({ $0 <= time }) ?? true else {
                continue
            }
            times.append(time)
            values.append(value)
        }
    }

    /// The same for a count since the start of a life, which is whole and never falls.
    ///
    /// A smaller value repeats the one before; a fraction is rounded down.
    static func counter(_ series: Series?, thinnedTo limit: Int = .max) -> Track {
        var track = Track(series, thinnedTo: limit)
        var highest = 0.0
        for index in track.values.indices {
            highest = max(highest, track.values[index].rounded(.down))
            track.values[index] = highest
        }
        return track
    }

    var isEmpty: Bool { times.isEmpty }

    /// At most two samples for each of `stretches` runs of equally many, the smallest and the largest.
    func extremes(of stretches: Int) -> Track {
        let stretches = max(1, stretches)
        guard values.count > 2 * stretches else { return self }
        let length = (values.count + stretches - 1) / stretches
        var extremes = Track()
        for start in stride(from: 0, to: values.count, by: length) {
            var (low, high) = (start, start)
            for index in start..<min(start + length, values.count) {
                if values[index] < values[low] { low = index }
                if values[index] > values[high] { high = index }
            }
            for index in low == high ? [low] : [min(low, high), max(low, high)] {
                extremes.times.append(times[index])
                extremes.values.append(values[index])
            }
        }
        return extremes
    }

    /// The index of the first sample at or after `time`.
    func firstIndex(from time: Double) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The values that were read in `from...to`.
    func values(from: Double, to: Double) -> [Double] {
        let start = firstIndex(from: from)
        let end = max(start, firstIndex(from: to.nextUp))
        return Array(values[start..<end])
    }

    /// The last value at or before `time`; `nil` before the first sample.
    func value(at time: Double) -> Double? {
        var index = firstIndex(from: time)
        while index < times.count, times[index] <= time { index += 1 }
        return index == 0 ? nil : values[index - 1]
    }

    /// The value on the line between the neighbouring samples; the nearest sample's outside of them.
    func interpolated(at time: Double) -> Double? {
        let index = firstIndex(from: time)
        guard index > 0 else { return values.first }
        guard index < times.count else { return values.last }
        let width = times[index] - times[index - 1]
        guard width > 0 else { return values[index] }
        let share = (time - times[index - 1]) / width
        return values[index - 1] + (values[index] - values[index - 1]) * share
    }

    /// The smallest value in `from..<to`, and when it was read; `nil` without a sample there.
    func minimum(from: Double, to: Double) -> (time: Double, value: Double)? {
        var best: (time: Double, value: Double)?
        var index = firstIndex(from: from)
        while index < times.count, times[index] < to {
            if best.map({ values[index] < $0.value }) ?? true { best = (times[index], values[index]) }
            index += 1
        }
        return best
    }

    /// The largest value that held at some time in `from...to`, each from its reading to the next; `nil` before the
    /// first.
    func maximum(from: Double, to: Double) -> Double? {
        var index = firstIndex(from: from)
        var best = value(at: from)
        while index < times.count, times[index] <= to {
            best = max(best ?? values[index], values[index])
            index += 1
        }
        return best
    }
}
