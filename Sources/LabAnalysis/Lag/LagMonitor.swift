package import LabCore

/// What is known of one partition at one instant.
package struct LagObservation: Sendable, Hashable {
    package var partition: Int32
    /// The first offset that would be read again; -1 if nothing was committed.
    package var committedOffset: Int64
    /// The offset after the last event that the broker confirmed.
    package var endOffset: Int64
    /// Events that are not committed.
    package var lag: Int

    package init(partition: Int32, committedOffset: Int64, endOffset: Int64, lag: Int) {
        self.partition = partition
        self.committedOffset = committedOffset
        self.endOffset = endOffset
        self.lag = lag
    }
}

/// How a consumer keeps up, by the rules of Burrow ("Consumer Lag Evaluation Rules"): from how offsets moved over a
/// sliding window, without a threshold for lag.
///
/// Burrow sees commits only, and takes their absence for a consumer that has stopped; here offsets are observed on
/// an interval, and whether a pod is alive is known.
package struct LagMonitor: Sendable, Hashable {
    private struct Reading: Sendable, Hashable {
        var committed: Int64
        var end: Int64
        var lag: Int
    }

    private let window: Int
    private var readings: [Int32: [Reading]] = [:]
    private var wasAlive: [Bool] = []
    private var lastTime: Int64?
    /// As of the last observation: the worst partition's.
    package private(set) var status = LagStatus.ok

    /// Who has committed what was there so many observations ago keeps up.
    ///
    /// What was produced since is under way, as commits come on an interval; at a rising rate that alone grows, too.
    private static let underWay = 3

    /// Nothing but `ok` is said before the window is full, so that a start is not taken for more.
    ///
    /// - Parameter window: observations, at least 2.
    package init(window: Int = 10) { self.window = max(2, window) }

    /// Takes what is seen at one instant, all partitions at once.
    ///
    /// - Parameters:
    ///   - time: nanoseconds on any clock; an observation that is not later than the one before is left out.
    ///   - partitions: each at most once; one that is missing keeps what was seen of it before.
    ///   - isAlive: at least one pod of the variant lives.
    /// - Returns: the state now.
    @discardableResult
    package mutating func observe(at time: Int64, partitions: [LagObservation], isAlive: Bool) -> LagStatus {
        guard lastTime.map({ $0 < time }) ?? true else { return status }
        lastTime = time
        wasAlive.append(isAlive)
        if wasAlive.count > window { wasAlive.removeFirst() }
        for seen in partitions {
            let reading = Reading(
                committed: seen.committedOffset,
                end: seen.endOffset,
                lag: max(0, seen.lag)
            )
            var known = readings[seen.partition] ?? []
            if known.count == window { known.removeFirst() }
            readings[seen.partition] = known + [reading]
        }
        status = readings.values.map { status(of: $0) }.max() ?? .ok
        return status
    }

    private func status(of readings: [Reading]) -> LagStatus {
        guard readings.count >= window, let first = readings.first, let last = readings.last else {
            return .ok
        }
        if readings.contains(where: { $0.lag == 0 }) { return .ok }
        if readings.allSatisfy({ $0.committed == first.committed }) {
            if last.lag < first.lag { return .ok }
            return wasAlive.contains(true) ? .stalled : .stopped
        }
        if last.committed >= readings[max(0, readings.count - 1 - Self.underWay)].end { return .ok }
        return zip(readings, readings.dropFirst()).allSatisfy { $0.lag <= $1.lag } ? .lagging : .ok
    }
}
