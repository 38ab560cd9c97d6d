/// How many units of incident time pass in one unit of wall time.
///
/// Scenario durations, rates and the timers inside incidents are in incident time; a rate of incident time is
/// `factor` times as high on the wall clock.
package struct TimeScale: Hashable, Sendable, Codable {
    package let factor: Double

    package static let realTime = TimeScale(1)

    /// - Precondition: `factor` is finite and above zero.
    package init(_ factor: Double) {
        precondition(factor.isFinite && factor > 0, "a time scale is a positive number, not \(factor)")
        self.factor = factor
    }

    package func wall(_ incident: Duration) -> Duration { incident / factor }
    package func incident(_ wall: Duration) -> Duration { wall * factor }
    package func wall(_ incident: EventRate) -> EventRate {
        EventRate(perSecond: incident.perSecond * factor)
    }
    package func incident(_ wall: EventRate) -> EventRate { EventRate(perSecond: wall.perSecond / factor) }

    package init(from decoder: any Decoder) throws {
        let factor = try decoder.singleValueContainer().decode(Double.self)
        self.init(factor.isFinite && factor > 0 ? factor : 1)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(factor)
    }
}
