/// The time that a rate is written for, as the scenario has it: a reader who asked for 2,000/s wants no 7.2M/h.
package enum RateUnit: String, Hashable, Sendable {
    case second = "s"
    case minute = "min"
    case hour = "h"
    case day = "d"

    /// The unit of the first rate in a scenario's text; one that the command line sets comes before it.
    ///
    /// - Returns: `nil` if there is no rate.
    package static func first(in text: String, overrides: [String]) -> RateUnit? {
        let rate = #/(?:rate|from|to)["']?\s*[:=]\s*["']?[0-9][0-9._]*\s*[kKMG]?\s*/\s*(?<unit>[a-z]+)/#
        for line in overrides + text.split(separator: "\n").map(String.init) {
            let code = line.prefix { $0 != "#" }
            if let match = code.firstMatch(of: rate), let unit = RateUnit(word: match.unit) { return unit }
        }
        return nil
    }

    /// As rates are written in scenarios.
    init?(word: Substring) {
        switch word {
        case "s", "sec", "second": self = .second
        case "m", "min", "minute": self = .minute
        case "h", "hour": self = .hour
        case "d", "day": self = .day
        default: return nil
        }
    }

    var seconds: Double {
        switch self {
        case .second: 1
        case .minute: 60
        case .hour: 3_600
        case .day: 86_400
        }
    }

    /// Such as `2,000/s` or `7.23M/h`.
    package func text(perHour value: Double) -> String {
        let amount = value / 3_600 * seconds
        let isWhole = self == .second && abs(amount) >= 99.95
        return (isWhole ? grouped(Int64(amount.rounded())) : abbreviated(amount)) + "/\(rawValue)"
    }
}
