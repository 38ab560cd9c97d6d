/// The load of a run in wall time: phases one after another, with the number of events due at any instant, and the
/// instant at which each event is due, in closed form.
///
/// Event number *n*, counted from zero, is due when the integral of the rate reaches *n* + 1.
package struct LoadProfile: Hashable, Sendable {
    package let phases: [LoadPhase]
    /// The number of events that the whole profile asks for.
    package let totalEvents: UInt64
    package let duration: Duration
    private let spans: [Span]

    /// About 31 years; nanoseconds since the start have 64 bits.
    static let longestPhase = Duration.seconds(1_000_000_000)

    private struct Span: Hashable, Sendable {
        let curve: LoadCurve
        let start: Int64
        let end: Int64
        let eventsBefore: Double
        let eventsAfter: Double

        /// Whether so many events, counted from the start of the profile, have come due by its end.
        ///
        /// Or the last event of a phase could wait for the end of a pause that follows it.
        func holds(_ events: Double) -> Bool { events <= LoadProfile.forgiving(eventsAfter) }
    }

    /// - Precondition: durations are above zero and add up to less than 292 years, rates are finite and not negative,
    ///   spikes are no longer than their period, and there are fewer than 2⁵³ events.
    package init(phases: [LoadPhase]) {
        guard let profile = LoadProfile(validating: phases) else {
            preconditionFailure("a load profile needs valid phases, not \(phases)")
        }
        self = profile
    }

    /// - Returns: `nil` for what the precondition of ``init(phases:)`` excludes.
    package init?(checking phases: [LoadPhase]) { self.init(validating: phases) }

    private init?(validating phases: [LoadPhase]) {
        var spans: [Span] = []
        var start: Int64 = 0
        var events = 0.0
        for phase in phases {
            guard phase.isValid else { return nil }
            let (end, overflow) = start.addingReportingOverflow(phase.duration.inNanoseconds)
            let curve = LoadCurve(phase)
            let after = events + curve.events(until: curve.seconds)
            guard !overflow, after < Self.mostEvents else { return nil }
            spans.append(Span(curve: curve, start: start, end: end, eventsBefore: events, eventsAfter: after))
            (start, events) = (end, after)
        }
        self.phases = phases
        self.spans = spans
        duration = .nanoseconds(start)
        totalEvents = Self.whole(events)
    }

    /// 2⁵³, up to which a floating-point number counts every event.
    private static let mostEvents = 0x1p53

    /// The number of whole events in an integral, forgiving the rounding errors of its sum.
    private static func whole(_ events: Double) -> UInt64 { UInt64(forgiving(events).rounded(.down)) }

    private static func forgiving(_ events: Double) -> Double { events + 1e-9 + events * 1e-15 }
}

// MARK: - The curve

extension LoadProfile {
    /// The index of the phase at `time` since the start; `nil` before the first and from the end of the last on.
    package func phase(at time: Duration) -> Int? {
        guard time >= .zero, time < duration else { return nil }
        let nanoseconds = time.inNanoseconds
        return spans.firstIndex { nanoseconds < $0.end }
    }

    /// The nanosecond of each phase's start since the start of the profile.
    package func start(ofPhase index: Int) -> Duration { .nanoseconds(spans[index].start) }

    /// The scheduled rate at `time` since the start; zero outside the profile.
    package func rate(at time: Duration) -> EventRate {
        guard let index = phase(at: time) else { return .zero }
        let within = Double(time.inNanoseconds - spans[index].start) * 1e-9
        return EventRate(perSecond: spans[index].curve.rate(at: within))
    }

    /// The integral of the rate from the start to `time`, in events and fractions of them.
    package func integral(until time: Duration) -> Double {
        guard time > .zero, let last = spans.last else { return 0 }
        guard let index = phase(at: time) else { return last.eventsAfter }
        let within = Double(time.inNanoseconds - spans[index].start) * 1e-9
        return min(
            spans[index].eventsBefore + spans[index].curve.events(until: within),
            spans[index].eventsAfter
        )
    }

    /// How many events are due at `time` since the start.
    package func due(at time: Duration) -> UInt64 { Self.whole(integral(until: time)) }
}

// MARK: - The schedule

extension LoadProfile {
    /// When event number `index`, from zero, is due, to the nearest nanosecond since the start.
    ///
    /// Never later for a smaller number; `nil` beyond the last event.
    package func nanoseconds(ofEvent index: UInt64) -> Int64? {
        guard index < totalEvents else { return nil }
        let events = Double(index + 1)
        return nanoseconds(of: events, in: spans.firstIndex { $0.holds(events) } ?? spans.count - 1)
    }

    /// The same as a duration.
    package func time(ofEvent index: UInt64) -> Duration? {
        nanoseconds(ofEvent: index).map { .nanoseconds($0) }
    }

    /// All intended send times in order.
    package var intendedTimes: IntendedTimes { IntendedTimes(self) }

    /// Those from an event on, counted from zero.
    package func intendedTimes(from index: UInt64) -> IntendedTimes { IntendedTimes(self, from: index) }

    fileprivate func nanoseconds(of events: Double, in index: Int) -> Int64 {
        let span = spans[index]
        let within = span.curve.time(of: events - span.eventsBefore) * 1e9
        return min(span.start + Int64(within.rounded()), span.end)
    }

    /// The intended send times of a profile's events, one after another, in nanoseconds since the start.
    ///
    /// Cheaper than asking for each event by number, since the current phase is remembered.
    package struct IntendedTimes: Sequence, IteratorProtocol, Sendable {
        private let profile: LoadProfile
        private var span = 0
        /// The number of the event that ``next()`` tells the time of.
        package private(set) var index: UInt64 = 0

        fileprivate init(_ profile: LoadProfile, from index: UInt64 = 0) {
            self.profile = profile
            self.index = index
        }

        package mutating func next() -> Int64? {
            guard index < profile.totalEvents else { return nil }
            index += 1
            let events = Double(index)
            while !profile.spans[span].holds(events), span + 1 < profile.spans.count { span += 1 }
            return profile.nanoseconds(of: events, in: span)
        }
    }
}

extension LoadProfile: Codable {
    private enum CodingKeys: CodingKey {
        case phases
    }

    /// - Throws: `DecodingError` for phases that no profile can be made of.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let phases = try container.decode([LoadPhase].self, forKey: .phases)
        guard let profile = LoadProfile(validating: phases) else {
            throw DecodingError.dataCorruptedError(
                forKey: .phases,
                in: container,
                debugDescription: "phases with impossible rates or durations"
            )
        }
        self = profile
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(phases, forKey: .phases)
    }
}
