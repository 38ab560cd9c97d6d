import LabCore

extension ParameterType {
    /// How a scenario writes such a value.
    var valueType: ValueType<ParameterValue> {
        switch self {
        case .number(let range):
            ValueType<Double>.number.within(range.lowerBound, range.upperBound).mapped { .number($0) }
        case .wholeNumber(let range):
            ValueType<Int64>.count.within(range.lowerBound, range.upperBound).mapped { .wholeNumber($0) }
        case .duration(let range):
            ValueType<Duration>.duration.within(range.lowerBound, range.upperBound).mapped { .duration($0) }
        case .bytes(let range):
            ValueType<ByteCount>.size.within(range.lowerBound, range.upperBound).mapped { .bytes($0) }
        case .choice(let words):
            ValueType(
                noun: "one of \(words.joined(separator: ", "))",
                notation: enumeration(words),
                choices: words,
                parse: { words.contains($0) ? .choice($0) : nil },
                describe: { "\($0)" }
            )
        case .flag:
            ValueType<Bool>.flag.mapped { .flag($0) }
        }
    }
}
