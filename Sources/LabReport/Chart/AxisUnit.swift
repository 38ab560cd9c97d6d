import LabCore

/// What an axis counts, and so where its round numbers are and how they are written.
enum AxisUnit: String, Sendable, Hashable {
    /// Powers of two.
    case bytes
    case count
    /// Events per hour of incident time.
    case eventsPerHour = "rate"
    /// Of incident time.
    case seconds
    /// Of whichever time the incident that tells them means.
    case milliseconds
    /// Powers of two, per hour of incident time.
    case bytesPerHour

    func text(_ value: Double) -> String {
        switch self {
        case .bytes: Figure.bytes(value)
        case .count: Figure.sane(value).map { abbreviated($0) } ?? Figure.unknown
        case .eventsPerHour: Figure.rate(perHour: value)
        case .seconds: Figure.duration(value)
        case .milliseconds: value == 0 ? "0 ms" : Figure.time(milliseconds: value)
        case .bytesPerHour: Figure.bytes(value) + "/h"
        }
    }

    /// For an axis, where a round number needs no decimals: `64 MiB`, `1.5 GiB`, `2M/h`.
    func tickText(_ value: Double) -> String {
        guard let value = Figure.sane(value) else { return Figure.unknown }
        switch self {
        case .bytes:
            let (factor, name) =
                value >= 0x1p30
                ? (0x1p30, "GiB")
                : value >= 0x1p20
                    ? (0x1p20, "MiB")
                    : value >= 0x1p10 ? (0x1p10, "KiB") : (1, "B")
            return value == 0 ? "0" : "\(abbreviated(value / factor)) \(name)"
        case .count: return abbreviated(value)
        case .eventsPerHour: return value == 0 ? "0" : "\(abbreviated(value))/h"
        case .seconds: return value == 0 ? "0" : Figure.duration(value)
        case .milliseconds: return value == 0 ? "0" : Figure.time(milliseconds: value)
        case .bytesPerHour: return value == 0 ? "0" : Self.bytes.tickText(value) + "/h"
        }
    }

    /// Zero and round numbers up to the first one at or above `largest`: what the axis spans, in `limit` steps at
    /// most.
    func ticks(upTo largest: Double, limit: Int) -> [Double] {
        guard largest.isFinite, largest > 0, limit > 0, largest < 1e300 else { return [0, 1] }
        if self == .seconds { return TimeAxis.roundTimes(upTo: largest, limit: limit) }
        var step = smallestStep
        var factors = 0
        while step * Double(limit) < largest {
            step *= factor(factors)
            factors += 1
        }
        let steps = max(1, Int((largest / step).rounded(.up)))
        return (0...steps).map { Double($0) * step }
    }

    /// Steps grow by doubling bytes, and through 1, 2, 5, 10 for others.
    private func factor(_ index: Int) -> Double {
        [.bytes, .bytesPerHour].contains(self) ? 2 : index % 3 == 1 ? 2.5 : 2
    }

    private var smallestStep: Double {
        switch self {
        case .bytes, .bytesPerHour: 1
        case .count, .seconds, .milliseconds: 0.001
        case .eventsPerHour: 1
        }
    }
}
