/// In which form people read and write the figures of a comparison's line.
enum ComparedAmount: Sendable {
    case count
    /// Tasks, descriptors and the like, for each event.
    case things
    case bytes
    /// Seconds of incident time.
    case time
    /// For each event.
    case microseconds
    case milliseconds
    /// Events per hour.
    case rate
    case finding(Finding.Unit)

    func text(_ value: Double) -> String {
        switch self {
        case .count: grouped(Int64(value.rounded()))
        case .things: decimal(value, places: value != 0 && abs(value) < 0.0005 ? 5 : 3)
        case .bytes: ByteCount.describe(value)
        case .time: abs(value) < 1e12 ? (value == 0 ? "0 s" : Duration.seconds(value).text) : "–"
        case .microseconds: "\(decimal(value, places: 1)) µs"
        case .milliseconds: "\(decimal(value, places: abs(value) < 10 ? 2 : 1)) ms"
        case .rate: EventRate(perHour: value).description
        case .finding(let unit): unit.text(value)
        }
    }

    /// - Returns: `nil` for an amount of another kind.
    func value(_ text: String) -> Double? {
        switch self {
        case .count, .things, .finding: Double(text).flatMap { $0.isFinite ? $0 : nil }
        case .bytes: ByteCount(parsing: text).map { Double($0.bytes) }
        case .time: Duration(parsing: text)?.inSeconds
        case .microseconds: Duration(parsing: text).map { $0.inSeconds * 1e6 }
        case .milliseconds: Duration(parsing: text).map { $0.inSeconds * 1_000 }
        case .rate: EventRate(parsing: text)?.perHour
        }
    }

    var noun: String {
        switch self {
        case .count, .things, .finding: "a number"
        case .bytes: "a size"
        case .time, .microseconds, .milliseconds: "a duration"
        case .rate: "a rate"
        }
    }
}
