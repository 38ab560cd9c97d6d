package import LabCore

/// Numbers as people read them, the same in every report.
///
/// What is unknown, infinite or absurd reads `–`.
package enum Figure {
    package static let unknown = "–"

    /// `20.6 KiB`.
    package static func bytes(_ value: Double?) -> String {
        guard let value = sane(value) else { return unknown }
        return ByteCount.describe(value)
    }

    /// A number of things per event, such as tasks: `1.000`.
    package static func perEvent(_ value: Double?) -> String {
        guard let value = sane(value) else { return unknown }
        return decimal(value, places: 3)
    }

    /// In a unit, else `7.23M/h` for many, `12.5/s` for few.
    package static func rate(perHour value: Double?, in unit: RateUnit? = nil) -> String {
        guard let value = sane(value) else { return unknown }
        return unit.map { $0.text(perHour: value) } ?? EventRate(perHour: value).description
    }

    /// `0.82 ms`, `12.5 ms`, `3.2 s`.
    package static func milliseconds(_ value: Double?) -> String {
        guard let value = sane(value) else { return unknown }
        if abs(value) >= 1_000 { return duration(value / 1_000) }
        return "\(threeDigits(value)) ms"
    }

    /// `44.1 µs`, as comparisons have it.
    package static func microseconds(_ value: Double?) -> String {
        guard let value = sane(value) else { return unknown }
        return "\(threeDigits(value)) µs"
    }

    /// As ``milliseconds(_:)``, and less than one of them in `µs`, with three digits that count: `16.2 µs`, `607 ms`, `1.38 s`.
    static func time(milliseconds value: Double?) -> String {
        guard let value = sane(value) else { return unknown }
        if abs(value) < 0.9995 { return "\(abbreviated(value * 1_000)) µs" }
        return duration(value / 1_000)
    }

    /// Two units at most, of seconds: `3 m 20 s`.
    package static func duration(_ seconds: Double?) -> String {
        guard let seconds = sane(seconds), abs(seconds) < 1e12 else { return unknown }
        return seconds == 0 ? "0 s" : Duration.seconds(seconds).text
    }

    /// Of a fraction: `99.9 %`.
    package static func percent(_ fraction: Double?) -> String {
        guard let fraction = sane(fraction) else { return unknown }
        return LabCore.percent(fraction, places: 1)
    }

    /// Three significant digits of a number of no particular kind: `0.42`, `12.5`, `124,012`.
    package static func number(_ value: Double?) -> String {
        guard let value = sane(value) else { return unknown }
        if abs(value) >= 1_000 || value == value.rounded() { return grouped(Int64(value.rounded())) }
        return decimal(value, places: abs(value) < 1 ? 3 : abs(value) < 10 ? 2 : 1)
    }

    /// The value in its unit, where bytes may be spelt `B`, `B/event`, `bytes/event`.
    static func measure(_ value: Double?, unit: String) -> String {
        if let rest = afterByteUnit(unit) { return bytes(value) + rest }
        return unit.isEmpty ? number(value) : "\(number(value)) \(unit)"
    }

    private static func afterByteUnit(_ unit: String) -> Substring? {
        for prefix in ["bytes", "byte", "B"] where unit.hasPrefix(prefix) {
            let rest = unit.dropFirst(prefix.count)
            if rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix(" ") { return rest }
        }
        return nil
    }

    /// Three digits that count, with two decimals at most: `0.82`, `12.5`, `312`.
    private static func threeDigits(_ value: Double) -> String {
        decimal(value, places: abs(value) < 9.995 ? 2 : abs(value) < 99.95 ? 1 : 0)
    }

    /// Numbers that fit the formatting functions without overflow.
    static func sane(_ value: Double?) -> Double? {
        guard let value, value.isFinite, abs(value) < 0x1p60 else { return nil }
        return value
    }
}
