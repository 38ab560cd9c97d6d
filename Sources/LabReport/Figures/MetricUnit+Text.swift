import LabCore

extension MetricUnit {
    /// A reading as people write it: `8.0 MiB`, `607 ms`, `1.38 s`, `16.2 µs`, `1,240`.
    func text(_ value: Double?) -> String {
        guard let milliseconds else { return self == .bytes ? Figure.bytes(value) : Figure.number(value) }
        return value == 0 ? "0" : Figure.time(milliseconds: value.map { $0 * milliseconds })
    }

    /// How many milliseconds one of it is; `nil` for what is no time.
    var milliseconds: Double? {
        switch self {
        case .count, .bytes: nil
        case .nanoseconds: 1e-6
        case .microseconds: 1e-3
        case .milliseconds: 1
        case .seconds: 1_000
        }
    }
}
