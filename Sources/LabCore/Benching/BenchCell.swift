/// One variant at one rate and one handler concurrency, over all repetitions.
package struct BenchCell: Codable, Hashable, Sendable {
    /// A figure over the repetitions: the one in the middle, the smallest and the largest.
    package struct Spread: Codable, Hashable, Sendable {
        package var median: Double
        package var least: Double
        package var most: Double

        package init(median: Double, least: Double, most: Double) {
            self.median = median
            self.least = least
            self.most = most
        }
    }

    /// How many repetitions came out which way.
    package struct Outcomes: Codable, Hashable, Sendable {
        package var sustained = 0
        package var failed = 0
        package var unreached = 0
        package var unknown = 0

        package init() {}

        package var count: Int { sustained + failed + unreached + unknown }
    }

    package var variant: String
    /// `null` for the variant's own.
    @NullCoded package var concurrency: Int?
    package var perSecond: Double
    package var outcomes: Outcomes
    /// Why a repetition was not sustained, the last one; `null` if all were.
    @NullCoded package var because: String?
    @NullCoded package var cpuSecondsPerMillionEvents: Spread?
    /// CPU for each event over the control's in the same cell, with the 95 % interval of the repetitions.
    ///
    /// Of one repetition `low` and `high` are the estimate. `null` for the control.
    @NullCoded package var cpuAgainstControl: Estimate?
    @NullCoded package var p50Millis: Spread?
    @NullCoded package var p99Millis: Spread?
    @NullCoded package var peakRSSBytes: Spread?
    /// Events that were not handled when the load ended.
    @NullCoded package var lagAtEnd: Spread?
    @NullCoded package var drainSeconds: Spread?

    package init(variant: String, concurrency: Int?, perSecond: Double) {
        self.variant = variant
        self.concurrency = concurrency
        self.perSecond = perSecond
        outcomes = Outcomes()
        because = nil
        cpuSecondsPerMillionEvents = nil
        cpuAgainstControl = nil
        p50Millis = nil
        p99Millis = nil
        peakRSSBytes = nil
        lagAtEnd = nil
        drainSeconds = nil
    }
}
