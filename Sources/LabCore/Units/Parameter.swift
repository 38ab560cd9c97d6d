/// What a parameter of an incident takes.
///
/// Bounds are included.
package enum ParameterType: Hashable, Sendable {
    case number(ClosedRange<Double>)
    case wholeNumber(ClosedRange<Int64>)
    /// In incident time.
    case duration(ClosedRange<Duration>)
    case bytes(ClosedRange<ByteCount>)
    case choice([String])
    case flag

    /// Whether `value` is of this type and within the bounds.
    package func accepts(_ value: ParameterValue) -> Bool {
        switch (self, value) {
        case (.number(let range), .number(let number)): range.contains(number)
        case (.wholeNumber(let range), .wholeNumber(let number)): range.contains(number)
        case (.duration(let range), .duration(let duration)): range.contains(duration)
        case (.bytes(let range), .bytes(let bytes)): range.contains(bytes)
        case (.choice(let words), .choice(let word)): words.contains(word)
        case (.flag, .flag): true
        default: false
        }
    }
}

/// A parameter's value, as a scenario sets it.
package enum ParameterValue: Hashable, Sendable, Codable, CustomStringConvertible {
    case number(Double)
    case wholeNumber(Int64)
    /// In incident time.
    case duration(Duration)
    case bytes(ByteCount)
    case choice(String)
    case flag(Bool)

    package var description: String {
        switch self {
        case .number(let number): abbreviated(number)
        case .wholeNumber(let number): grouped(number)
        case .duration(let duration): duration.text
        case .bytes(let bytes): "\(bytes)"
        case .choice(let word): word
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}
