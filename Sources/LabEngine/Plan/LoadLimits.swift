package import LabCore

/// What a run or a production would send at most, on the wall clock.
package struct PlannedLoad: Hashable, Sendable {
    /// Of all topics that are written to at the same time; `nil` for as fast as the broker takes it.
    package var peak: EventRate?
    /// Of all topics together, from the first run to the last; `nil` for as many as there is time for.
    package var events: UInt64?

    package init(peak: EventRate?, events: UInt64?) {
        (self.peak, self.events) = (peak, events)
    }
}

/// How much load brokers may get that are somebody else's.
///
/// What is stated counts for every external broker; where nothing is, brokers that are not on this machine have
/// ``elsewhere``.
package struct LoadLimits: Hashable, Sendable {
    /// `nil` where none is stated.
    package var rate: EventRate?
    package var events: UInt64?

    /// Without a word from the user: enough for a small run, and little for a cluster that others work with.
    package static let elsewhere = LoadLimits(rate: EventRate(perSecond: 10_000), events: 1_000_000)

    package init(rate: EventRate? = nil, events: UInt64? = nil) {
        (self.rate, self.events) = (rate, events)
    }

    /// What holds in the end.
    package func effective(elsewhere isElsewhere: Bool) -> LoadLimits {
        guard isElsewhere else { return self }
        return LoadLimits(rate: rate ?? Self.elsewhere.rate, events: events ?? Self.elsewhere.events)
    }

    /// - Parameters:
    ///   - load: what is planned.
    ///   - isElsewhere: some of the brokers are not on this machine.
    /// - Returns: why it shall not begin, exit status 64; `nil` if it may.
    package func refusal(of load: PlannedLoad, elsewhere isElsewhere: Bool) -> LabError? {
        let limits = effective(elsewhere: isElsewhere)
        if let most = limits.rate, load.peak.map({ $0 > most }) ?? true {
            return Self.refusal(
                load.peak.map { "\(RateText.of($0.perSecond)) at its peak" },
                unbounded: ("events as fast as the brokers take them", "Say how fast."),
                most: RateText.of(most.perSecond),
                isStated: rate != nil,
                option: "--max-rate"
            )
        }
        if let most = limits.events, load.events.map({ $0 > most }) ?? true {
            return Self.refusal(
                load.events.map { "\(grouped($0)) events in all" },
                unbounded: ("events until it is interrupted", "Say how long."),
                most: "\(grouped(most)) events",
                isStated: events != nil,
                option: "--max-events"
            )
        }
        return nil
    }

    private static func refusal(
        _ excess: String?,
        unbounded: (excess: String, hint: String),
        most: String,
        isStated: Bool,
        option: String
    ) -> LabError {
        let limit =
            isStated
            ? "\(option) allows \(most)" : "brokers that are not on this machine get \(most) at most"
        let change =
            isStated
            ? "Lower the load, or state more with \(option)."
            : "Lower the load, or state with \(option) what is wanted there."
        return LabError(
            "load: would send \(excess ?? unbounded.excess), and \(limit)",
            hint: excess == nil ? unbounded.hint : change,
            exitStatus: .usage
        )
    }
}

extension RunPlan {
    /// Of one run.
    var load: PlannedLoad {
        let together = Double(stages.map(\.count).max() ?? 0)
        let (events, overflow) = profile.totalEvents.multipliedReportingOverflow(by: UInt64(variants.count))
        return PlannedLoad(
            peak: EventRate(perSecond: peakRate.perSecond * together),
            events: overflow ? .max : events
        )
    }
}

extension RunRepetition {
    /// Runs of the series at most, as each repetition may have to be run once more.
    var mostRuns: Int { 2 * count }
}

extension PlannedLoad {
    /// Of several runs, one after another.
    func times(_ runs: Int) -> PlannedLoad {
        let events = events.map { events in
            let (product, overflow) = events.multipliedReportingOverflow(by: UInt64(max(1, runs)))
            return overflow ? .max : product
        }
        return PlannedLoad(peak: peak, events: events)
    }
}
