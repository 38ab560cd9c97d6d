import LabCore

/// When rounds at a fixed distance are due: one that is late is left out, not made up for.
///
/// Times are CLOCK_MONOTONIC, nanoseconds.
struct Cadence: Sendable {
    /// However short a period is asked for, the processor gets some rest.
    private static let shortestPeriod: UInt64 = 1_000_000

    private let period: UInt64
    private var due: UInt64

    /// The first round is under way at `start`.
    init(every period: Duration, from start: UInt64) {
        self.period = max(Self.shortestPeriod, UInt64(clamping: period.inNanoseconds))
        due = start
    }

    /// - Returns: when the round that follows one that has ended at `now` is due.
    mutating func next(after now: UInt64) -> UInt64 {
        due = Self.sum(due, period)
        if due <= now { due = Self.sum(now, period) }
        return due
    }

    static func sum(_ time: UInt64, _ length: UInt64) -> UInt64 {
        let (sum, overflow) = time.addingReportingOverflow(length)
        return overflow ? .max : sum
    }
}
