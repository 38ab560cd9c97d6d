package import LabCore

/// Memory of a whole run.
package enum MemoryTotal {
    /// Resident memory of all processes of a run together, at most: pods, broker, producer and the lab.
    ///
    /// They are not read at the same moment: each counts with its last reading until its next one, a pod with nothing
    /// after the end of its life. Pages that processes share count for each of them, so this is an upper bound.
    /// - Returns: bytes; `nil` without any reading.
    package static func peak(of run: RecordedRun) -> Double? {
        var changes: [(time: Int64, change: Double)] = []
        for life in run.variants.flatMap(\.pods).flatMap(\.lives) {
            changes += steps(of: life.series[.rss], until: life.end)
        }
        for series in run.processes.values { changes += steps(of: series[.rss], until: nil) }
        // What ends at an instant makes room for what begins at it.
        changes.sort { ($0.time, $0.change) < ($1.time, $1.change) }
        var (sum, peak) = (0.0, 0.0)
        for change in changes {
            sum += change.change
            peak = max(peak, sum)
        }
        return changes.isEmpty ? nil : peak
    }

    private static func steps(of series: Series?, until end: Int64?) -> [(time: Int64, change: Double)] {
        guard let series else { return [] }
        var steps: [(time: Int64, change: Double)] = []
        var last = 0.0
        for (time, value) in zip(series.times, series.values)
        where value.isFinite && (end.map { time < $0 } ?? true) {
            steps.append((time, value - last))
            last = value
        }
        if let end, last != 0 { steps.append((end, -last)) }
        return steps
    }
}
