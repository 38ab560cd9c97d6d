import CPlatform

/// The clock that pod and lab share.
package enum MonotonicClock {
    /// CLOCK_MONOTONIC: the same in every process of the machine, unaffected by setting the time.
    package static var nanoseconds: UInt64 { cplatform_monotonic_nanoseconds() }
}
