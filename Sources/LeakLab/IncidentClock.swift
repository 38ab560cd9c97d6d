import LabIncidents

/// A clock that goes as fast as the scenario's incident time: with `timeScale: 10`, ten seconds of it pass in one.
///
/// Expiries, clean-up intervals and back-offs that wait on it take an hour of the scenario where they take an hour in
/// production. What the machine does, the processor's time and the kernel's, is not compressed.
public struct IncidentClock: Clock {
    private let clock: LabIncidents.IncidentClock

    init(_ clock: LabIncidents.IncidentClock) { self.clock = clock }

    /// A moment of incident time, told from when the pod made its handler.
    public struct Instant: InstantProtocol {
        fileprivate let moment: LabIncidents.IncidentClock.Instant

        /// The moment that much incident time later.
        public func advanced(by duration: Duration) -> Instant {
            Instant(moment: moment.advanced(by: duration))
        }

        /// How much incident time lies between; negative if `other` is earlier.
        public func duration(to other: Instant) -> Duration { moment.duration(to: other.moment) }

        /// Whether `first` is earlier.
        public static func < (first: Instant, second: Instant) -> Bool { first.moment < second.moment }
    }

    /// Never goes back, whatever becomes of the machine's time of day.
    public var now: Instant { Instant(moment: clock.now) }

    /// A millisecond of wall time: what a sleep is late by at least.
    public var minimumResolution: Duration { clock.minimumResolution }

    /// Returns when the deadline has passed, at once if it has.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try await clock.sleep(until: deadline.moment, tolerance: tolerance)
    }
}
