import LabCore

/// How a level came from where it began to where it ended: when it rose, how long it paused meanwhile, and for how long it has not risen since.
///
/// What counts at each moment is the lowest level from there on, since what is given back later was not kept.
struct Rise: Sendable, Hashable {
    /// Bytes, or units of what is counted; above 0.
    let size: Double
    /// Events between the moments at which a tenth and nineteen twentieths of the rise were reached.
    let events: Double
    /// Events of the longest pause on the way, and of the second longest.
    let longestPause: Double
    let usualPause: Double
    /// Events from one burst to the next, on average; 0 for a rise without pauses after which it went on as before.
    let burstInterval: Double
    /// Events since nineteen twentieths of the rise were reached.
    let tail: Double
    /// When nineteen twentieths of the rise were reached; wall seconds since the start of the run.
    let end: Double
    /// Events per second before that, from a tenth of the rise on, and after it.
    let rate: Double
    let tailRate: Double

    /// Fails if the level did not rise.
    init?(_ points: [WindowPoint]) {
        let kept = Self.kept(points)
        guard let first = kept.first, let last = kept.last else { return nil }
        // The last window is not low because of what came later; of few windows it is too much to leave out.
        let settled = kept[kept.count - (kept.count < Self.manyWindows ? 1 : 2)].bytes
        let size = settled - first.bytes
        guard size > 0, last.events > first.events else { return nil }
        self.size = size
        let steps = (1...19).map { kept.reached(first.bytes + Double($0) / 20 * size) ?? last }
        let (tenth, most) = (steps[1], steps[18])
        events = most.events - tenth.events
        let gaps = zip(steps, steps.dropFirst()).map { $1.events - $0.events }
        let pauses = gaps.sorted(by: >)
        (longestPause, usualPause) = (pauses[0], pauses[1])
        let resumptions = Self.resumptions(of: gaps)
        burstInterval = resumptions > 0 ? events / Double(resumptions) : 0
        tail = last.events - most.events
        end = most.seconds
        rate = (most.events - tenth.events) / max(most.seconds - tenth.seconds, 1e-9)
        tailRate = (last.events - most.events) / max(last.seconds - most.seconds, 1e-9)
    }

    /// The level has not risen for two and a half times as long as it ever paused before.
    ///
    /// A line takes one of its pauses for its last twentieth. A rise in bursts must also have been without one for so long that,
    /// if bursts came at random and as often as before, all but 2 % of such times would have seen one: the probability of none
    /// is e^(−t/μ), μ being the time between two of them.
    var hasStopped: Bool {
        tail >= max(Self.pauses * longestPause, Self.intervals * burstInterval) && tail > 0
    }

    /// The same, one pause left out: a machine that stood still once, or an outage, must not make a rise go on that does not.
    ///
    /// That it has stopped for good is not shown by that.
    var hasPaused: Bool { tail >= Self.pauses * usualPause && tail > 0 }

    /// The load after the rise was at least half of that during it: what only a peak brings would not show otherwise.
    var wasAskedOn: Bool { events <= 0 || tailRate >= 0.5 * rate }

    private static let pauses = 2.5
    /// −ln 0.02.
    private static let intervals = 3.9
    private static let manyWindows = 40

    /// How often the level went on to rise, at twice the pace at least, after a pause of the kind of the longest.
    ///
    /// What fills up pauses longer and longer, and none of its pauses is followed by a faster rise.
    private static func resumptions(of gaps: [Double]) -> Int {
        let pauses = gaps.indices.filter { index in
            gaps[(index + 1)...].contains { 2 * $0 < gaps[index] }
        }
        let longest = pauses.map { gaps[$0] }.max() ?? 0
        return pauses.count { 2 * gaps[$0] >= longest }
    }

    /// The lowest from each window on.
    private static func kept(_ points: [WindowPoint]) -> [WindowPoint] {
        var lowest = Double.infinity
        var kept = points
        for index in points.indices.reversed() {
            lowest = min(lowest, points[index].bytes)
            kept[index].bytes = lowest
        }
        return kept
    }
}

extension [WindowPoint] {
    /// When a level that never falls came to `bytes`, on the line between the neighbouring windows; `nil` if it never did.
    fileprivate func reached(_ bytes: Double) -> WindowPoint? {
        guard let index = firstIndex(where: { $0.bytes >= bytes }) else { return nil }
        guard index > 0 else { return self[index] }
        let (before, after) = (self[index - 1], self[index])
        let share = (bytes - before.bytes) / (after.bytes - before.bytes)
        return WindowPoint(
            events: before.events + share * (after.events - before.events),
            bytes: bytes,
            seconds: before.seconds + share * (after.seconds - before.seconds)
        )
    }
}
