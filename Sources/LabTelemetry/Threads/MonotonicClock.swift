import CPlatform

/// The clock that pod and lab share.
package enum MonotonicClock {
    /// CLOCK_MONOTONIC: the same in every process of the machine, unaffected by setting the time.
    package static var nanoseconds: UInt64 { cplatform_monotonic_nanoseconds() }
}

/// CPU time of the calling thread, from CLOCK_THREAD_CPUTIME_ID.
package enum ThreadClock {
    package static var nanoseconds: UInt64 { cplatform_thread_nanoseconds() }
    package static var seconds: Double { Double(nanoseconds) * 1e-9 }
}
