/// When a consumer counts as keeping up with a constant rate; docs/bench.md gives the reasons.
package struct StepRules: Sendable, Hashable {
    /// What the events that were confirmed may fall short of those that were due, as a share.
    package var shortfall = 0.01
    /// How late the producer may be against its schedule at its 99th percentile: the same as in a comparison of runs.
    package var scheduleDelayMillis = 100.0
    /// By how much the lag may rise in a second, as a share of the rate.
    package var growth = 0.01
    /// By how much the lag may have risen from the beginning to the end, as a share of the events that came.
    package var rise = 0.03
    /// What is under way at any rate, events: the producer writes runs to one partition, and brings them in batches.
    package var batch = 64.0
    /// Parts of the time whose smallest lag is taken: between commits and batches it goes up and down.
    package var windows = 20
    /// A part is at least this long, seconds.
    package var shortestWindow = 0.5
    /// For a command, whose progress is known when its group commits, and not in between.
    package var shortestWindowOfCommand = 2.0

    package init() {}

    package static let standard = StepRules()
}
