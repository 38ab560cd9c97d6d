package import LabCore
import LabTelemetry

/// The clock that an incident's timers follow: incident time.
///
/// Expiries, clean-up intervals, back-offs and polls that take an hour in production take an hour of the scenario,
/// whatever its time scale. Tests give it a time of their own.
package struct IncidentClock: Clock {
    package struct Instant: InstantProtocol {
        /// Since the clock began, incident time.
        package var elapsed: Duration

        package func advanced(by duration: Duration) -> Instant { Instant(elapsed: elapsed + duration) }
        package func duration(to other: Instant) -> Duration { other.elapsed - elapsed }
        package static func < (first: Instant, second: Instant) -> Bool { first.elapsed < second.elapsed }

        package init(elapsed: Duration) { self.elapsed = elapsed }
    }

    private let timeScale: TimeScale
    private let zero: UInt64
    private let nanoseconds: @Sendable () -> UInt64
    private let pause: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - timeScale: how much faster than the wall clock it goes.
    ///   - nanoseconds: of a wall clock that never goes back.
    ///   - pause: returns after that much wall time; throws when the task is cancelled.
    package init(
        timeScale: TimeScale,
        nanoseconds: @escaping @Sendable () -> UInt64 = { MonotonicClock.nanoseconds },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.timeScale = timeScale
        self.nanoseconds = nanoseconds
        self.pause = pause
        zero = nanoseconds()
    }

    package var now: Instant {
        let time = nanoseconds()
        let wall = time > zero ? time - zero : 0
        return Instant(elapsed: timeScale.incident(.nanoseconds(Int64(clamping: wall))))
    }

    /// A millisecond of wall time: what a sleep is late by at least.
    package var minimumResolution: Duration { timeScale.incident(.milliseconds(1)) }

    /// Returns at once if the deadline has passed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        while true {
            try Task.checkCancellation()
            let rest = now.duration(to: deadline)
            guard rest > .zero else { return }
            try await pause(max(timeScale.wall(rest), .microseconds(1)))
        }
    }
}
