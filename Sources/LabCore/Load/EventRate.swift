/// Events per unit of time, written as people write it: `7.23M/h`, `2000/s`, `120k/min`.
package struct EventRate: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package var perSecond: Double
    /// In which it was written, and is shown; rates are the same whatever it is.
    private var unit: RateUnit?

    package init(perSecond: Double) { self.perSecond = perSecond }
    package init(perHour: Double) { perSecond = perHour / 3_600 }

    package static let zero = EventRate(perSecond: 0)

    package var perHour: Double { perSecond * 3_600 }

    /// Reads `NUMBER[k|M|G]/UNIT` with UNIT one of `s`, `sec`, `second`, `m`, `min`, `minute`, `h`, `hour`,
    /// `d`, `day`.
    ///
    /// A plain `0` is allowed. `nil` for anything else and for negative numbers.
    package init?(parsing text: some StringProtocol) {
        let trimmed = text.trimmedOfSpaces
        if trimmed == "0" {
            self = .zero
            return
        }
        let halves = trimmed.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let (number, suffix) = splitNumber(halves[0]), number >= 0,
            let multiplier = Self.multipliers[String(suffix)],
            let unit = RateUnit(word: Substring(halves[1].trimmedOfSpaces))
        else { return nil }
        perSecond = number * multiplier / unit.seconds
        self.unit = unit
    }

    private static let multipliers: [String: Double] = ["": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9]

    package init(from decoder: any Decoder) throws {
        perSecond = try decoder.singleValueContainer().decode(Double.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(perSecond)
    }

    package static func == (left: EventRate, right: EventRate) -> Bool { left.perSecond == right.perSecond }

    package func hash(into hasher: inout Hasher) { hasher.combine(perSecond) }

    package static func < (left: EventRate, right: EventRate) -> Bool { left.perSecond < right.perSecond }

    /// The same for the same rate, however it was written, as baselines compare it.
    ///
    /// Per hour from 100,000/h on, per second below: `7.23M/h`, `12.5/s`.
    package var description: String {
        perHour >= 100_000 ? "\(abbreviated(perHour))/h" : "\(abbreviated(perSecond))/s"
    }

    /// In the unit in which it was written, if it was: `2,000/s`, `7.23M/h`.
    package var text: String { unit?.text(perHour: perHour) ?? description }
}
