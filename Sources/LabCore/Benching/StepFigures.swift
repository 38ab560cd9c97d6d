/// What one measurement of a benchmark found: one variant alone, at one rate.
///
/// Unless it says otherwise, over the part at constant rate, without the warm-up before it. Latencies and CPU are wall time,
/// rates and the drain incident time.
package struct StepFigures: Codable, Hashable, Sendable {
    package var outcome: StepOutcome
    /// Why it is not sustained, worst first; empty if it is.
    package var because: [String]
    /// Events that were due by the schedule, that the broker confirmed, and that were handled.
    package var due: Double
    package var produced: Double
    package var handled: Double
    /// Events that were confirmed and not handled when the load ended; the least of the last second.
    @NullCoded package var lagAtEnd: Double?
    /// By how many events a second that rose, in the middle; below zero if it fell.
    @NullCoded package var lagGrowthPerSecond: Double?
    /// From the end of the load until everything was handled and committed; `null` if it never was.
    @NullCoded package var drainSeconds: Double?
    @NullCoded package var cpuSecondsPerMillionEvents: Double?
    /// What half, and 99 of 100, of the events of a second stayed below, on average over the seconds.
    @NullCoded package var p50Millis: Double?
    @NullCoded package var p99Millis: Double?
    /// Of the whole measurement, all pods together.
    @NullCoded package var peakRSSBytes: Double?
    /// `null` for a command.
    @NullCoded package var lost: Int?
    @NullCoded package var failed: Int?
    /// Lives that ended before the measurement did.
    package var exits: Int
    @NullCoded package var scheduleDelayP99Millis: Double?

    package init(
        outcome: StepOutcome,
        because: [String],
        due: Double = 0,
        produced: Double = 0,
        handled: Double = 0,
        lagAtEnd: Double? = nil,
        lagGrowthPerSecond: Double? = nil,
        drainSeconds: Double? = nil,
        cpuSecondsPerMillionEvents: Double? = nil,
        p50Millis: Double? = nil,
        p99Millis: Double? = nil,
        peakRSSBytes: Double? = nil,
        lost: Int? = nil,
        failed: Int? = nil,
        exits: Int = 0,
        scheduleDelayP99Millis: Double? = nil
    ) {
        self.outcome = outcome
        self.because = because
        self.due = due
        self.produced = produced
        self.handled = handled
        self.lagAtEnd = lagAtEnd
        self.lagGrowthPerSecond = lagGrowthPerSecond
        self.drainSeconds = drainSeconds
        self.cpuSecondsPerMillionEvents = cpuSecondsPerMillionEvents
        self.p50Millis = p50Millis
        self.p99Millis = p99Millis
        self.peakRSSBytes = peakRSSBytes
        self.lost = lost
        self.failed = failed
        self.exits = exits
        self.scheduleDelayP99Millis = scheduleDelayP99Millis
    }
}
