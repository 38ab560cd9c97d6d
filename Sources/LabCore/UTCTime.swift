/// A moment in the proleptic Gregorian calendar, UTC, whatever the machine's locale and zone.
package struct UTCTime: Hashable, Sendable {
    package let year: Int64
    package let month: Int64
    package let day: Int64
    package let hour: Int64
    package let minute: Int64
    package let second: Int64

    package init(nanosecondsSince1970: Int64) {
        let seconds = Self.floorDivide(nanosecondsSince1970, 1_000_000_000)
        let days = Self.floorDivide(seconds, 86_400)
        let secondOfDay = seconds - days * 86_400
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60

        // Howard Hinnant's `civil_from_days`: years start in March, so that the leap day comes last.
        let shifted = days + 719_468
        let era = Self.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Such as `2026-03-01 12:34:56 UTC`.
    package var text: String { "\(date) \(clock) UTC" }

    /// Such as `2026-03-01T12:34:56Z`, as ISO 8601 and RFC 3339 have it.
    package var internetText: String { "\(date)T\(clock)Z" }

    private var date: String { "\(year)-\(Self.two(month))-\(Self.two(day))" }
    private var clock: String { "\(Self.two(hour)):\(Self.two(minute)):\(Self.two(second))" }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-(value + 1)) / divisor) - 1
    }
}
