import LabCore

/// The sum of a metric over the pods that live at one instant.
///
/// Pods are not read at the same moment: each counts with its last value until its next one, and with nothing
/// after the end of its life.
struct PodSum: Sendable {
    private var times: [Double] = []
    private var sums: [Double] = []

    /// - Parameter lives: the samples of each life, and when it ended if it did.
    init(_ lives: [(track: Track, end: Double?)]) {
        var changes: [(time: Double, change: Double)] = []
        for (track, end) in lives {
            var last = 0.0
            for (time, value) in zip(track.times, track.values) where end.map({ time <= $0 }) ?? true {
                changes.append((time, value - last))
                last = value
            }
            // A sample taken at the very end of a life still counts.
            if let end, last != 0 { changes.append((end.nextUp, -last)) }
        }
        changes.sort { $0.time < $1.time }
        var sum = 0.0
        for (index, change) in changes.enumerated() {
            sum += change.change
            if index + 1 < changes.count, changes[index + 1].time == change.time { continue }
            times.append(change.time)
            sums.append(sum)
        }
    }

    var peak: Double? { sums.max() }

    /// The smallest and the largest sum in `from..<to`, and when each was reached; `nil` without a reading there.
    func extremes(
        from: Double,
        to: Double
    ) -> (low: (time: Double, value: Double), high: (time: Double, value: Double))? {
        var (start, end) = (0, times.count)
        while start < end {
            let middle = (start + end) / 2
            if times[middle] < from { start = middle + 1 } else { end = middle }
        }
        guard start < times.count, times[start] < to else { return nil }
        var low = (time: times[start], value: sums[start])
        var high = low
        for index in start..<times.count where times[index] < to {
            if sums[index] < low.value { low = (times[index], sums[index]) }
            if sums[index] > high.value { high = (times[index], sums[index]) }
        }
        return (low, high)
    }

    /// The first sum at or after `time`.
    func first(from time: Double) -> Double? { times.firstIndex { $0 >= time }.map { sums[$0] } }

    /// The sum at `time`; `nil` before the first sample.
    func value(at time: Double) -> Double? { times.lastIndex { $0 <= time }.map { sums[$0] } }
}
