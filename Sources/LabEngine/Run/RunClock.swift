import LabTelemetry

/// Turns the monotonic clock into nanoseconds since the zero of a run, or of a stage of it.
struct RunClock: Sendable, Hashable {
    /// CLOCK_MONOTONIC, nanoseconds.
    let zero: UInt64

    var now: Int64 { time(ofMonotonic: MonotonicClock.nanoseconds) }

    func time(ofMonotonic nanoseconds: UInt64) -> Int64 {
        Int64(clamping: nanoseconds) - Int64(clamping: zero)
    }
}
