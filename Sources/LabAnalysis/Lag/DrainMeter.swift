/// How long a backlog will last, from how fast it shrank over the last few observations.
///
/// Lag falls by what is committed and rises by what is produced, so that its slope is the one rate minus the other.
package struct DrainMeter: Sendable, Hashable {
    private struct Reading: Sendable, Hashable {
        var time: Int64
        var lag: Int
    }

    private let window: Int
    private var readings: [Reading] = []

    /// - Parameter window: observations, at least 2.
    package init(window: Int = 5) { self.window = max(2, window) }

    /// Takes the lag at one instant.
    ///
    /// - Parameters:
    ///   - time: nanoseconds on any clock; an observation that is not later than the one before is left out.
    ///   - lag: events of all partitions.
    /// - Returns: what ``secondsLeft`` is now.
    @discardableResult
    package mutating func observe(at time: Int64, lag: Int) -> Double? {
        guard readings.last.map({ $0.time < time }) ?? true else { return secondsLeft }
        if readings.count == window { readings.removeFirst() }
        readings.append(Reading(time: time, lag: max(0, lag)))
        return secondsLeft
    }

    /// Seconds of wall time until nothing is left behind; `nil` if the lag does not shrink, or nobody knows yet.
    package var secondsLeft: Double? {
        guard let first = readings.first, let last = readings.last else { return nil }
        guard last.lag > 0 else { return 0 }
        let fallen = Double(first.lag) - Double(last.lag)
        let seconds = (Double(last.time) - Double(first.time)) / 1e9
        return fallen > 0 && seconds > 0 ? Double(last.lag) / fallen * seconds : nil
    }
}
