#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A value under a lock, and threads that wait for it to change, on the monotonic clock: setting the time of day neither
/// cuts a wait short nor prolongs it.
///
/// Safety: the two C objects stay at their addresses from `init` to `deinit`; `value` is touched only while the lock is
/// held.
final class Monitor<Value: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: Value) {
        self.value = value
        mutex.initialize(to: pthread_mutex_t())
        change.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        #if os(Linux)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(change, &attributes)
        pthread_condattr_destroy(&attributes)
        #else
        pthread_cond_init(change, nil)
        #endif
    }

    deinit {
        pthread_cond_destroy(change)
        pthread_mutex_destroy(mutex)
        change.deallocate()
        mutex.deallocate()
    }

    /// Changes the value, and wakes those who wait for a change.
    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(change)
            pthread_mutex_unlock(mutex)
        }
        return body(&value)
    }

    /// Waits until `condition` holds, at most until `deadline` on CLOCK_MONOTONIC.
    func wait(until deadline: UInt64, for condition: (Value) -> Bool) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !condition(value), MonotonicClock.nanoseconds < deadline { wait(until: deadline) }
    }

    private func wait(until deadline: UInt64) {
        #if os(Linux)
        var time = Self.timespec(deadline)
        pthread_cond_timedwait(change, mutex, &time)
        #else
        let now = MonotonicClock.nanoseconds
        var time = Self.timespec(deadline - min(now, deadline))
        pthread_cond_timedwait_relative_np(change, mutex, &time)
        #endif
    }

    /// At most a century, which every kernel takes.
    private static func timespec(_ nanoseconds: UInt64) -> timespec {
        let bounded = min(nanoseconds, 3_000_000_000_000_000_000)
        #if canImport(Glibc)
        return Glibc.timespec(tv_sec: Int(bounded / 1_000_000_000), tv_nsec: Int(bounded % 1_000_000_000))
        #else
        return Darwin.timespec(tv_sec: Int(bounded / 1_000_000_000), tv_nsec: Int(bounded % 1_000_000_000))
        #endif
    }
}
