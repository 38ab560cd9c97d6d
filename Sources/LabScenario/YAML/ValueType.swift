import LabCore

/// How the text of a scalar is read, and how to tell a person what is allowed.
struct ValueType<Value: Sendable>: Sendable {
    enum Reading: Sendable {
        case value(Value)
        case wrongType
        /// The verdict ends a sentence that begins with the value (`is too small`), the rule one that begins with the
        /// key (`may be 10 ms to 10 s`).
        case refused(verdict: String, rule: String)
    }

    /// With its article: `a duration`.
    let noun: String
    /// What to write, as the end of a sentence: `a duration such as 250ms, 90s or 1h30m`.
    let notation: String
    /// The only words that are allowed, for suggestions; empty if any text may do.
    let choices: [String]
    let read: @Sendable (String) -> Reading
    let describe: @Sendable (Value) -> String

    init(
        noun: String,
        notation: String,
        choices: [String] = [],
        read: @escaping @Sendable (String) -> Reading,
        describe: @escaping @Sendable (Value) -> String
    ) {
        self.noun = noun
        self.notation = notation
        self.choices = choices
        self.read = read
        self.describe = describe
    }

    init(
        noun: String,
        notation: String,
        choices: [String] = [],
        parse: @escaping @Sendable (String) -> Value?,
        describe: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            noun: noun,
            notation: notation,
            choices: choices,
            read: { text in parse(text).map { .value($0) } ?? .wrongType },
            describe: describe
        )
    }

    /// The same with a further look at values that were read.
    func checked(_ check: @escaping @Sendable (Value) -> Reading) -> ValueType {
        ValueType(
            noun: noun,
            notation: notation,
            choices: choices,
            read: { [read] text in
                guard case .value(let value) = read(text) else { return read(text) }
                return check(value)
            },
            describe: describe
        )
    }

    /// The same notation and rules for a value that wraps this one.
    func mapped<Wrapper: CustomStringConvertible>(
        _ wrap: @escaping @Sendable (Value) -> Wrapper
    ) -> ValueType<Wrapper> {
        ValueType<Wrapper>(
            noun: noun,
            notation: notation,
            choices: choices,
            read: { [read] text in
                switch read(text) {
                case .value(let value): .value(wrap(value))
                case .wrongType: .wrongType
                case .refused(let verdict, let rule): .refused(verdict: verdict, rule: rule)
                }
            },
            describe: { $0.description }
        )
    }
}

extension ValueType where Value: Comparable {
    /// Only values from `low` to `high`, both included.
    func within(_ low: Value, _ high: Value) -> ValueType {
        let rule = "may be \(describe(low)) to \(describe(high))"
        return checked { value in
            if value < low { return .refused(verdict: "is too small", rule: rule) }
            return value > high ? .refused(verdict: "is too large", rule: rule) : .value(value)
        }
    }

    /// Only values above `low`, up to `high`.
    func above(_ low: Value, to high: Value) -> ValueType {
        let rule = "must be above \(describe(low)) and at most \(describe(high))"
        return checked { value in
            if value <= low { return .refused(verdict: "is too small", rule: rule) }
            return value > high ? .refused(verdict: "is too large", rule: rule) : .value(value)
        }
    }
}

// MARK: - The types of values

extension ValueType<String> {
    /// Without line breaks at its end; explanations show it in one line.
    static let text = ValueType(
        noun: "a text",
        notation: "a text",
        parse: { text in
            let end = text.lastIndex { !$0.isNewline }
            return end.map { String(text[...$0]) } ?? ""
        },
        describe: { String($0.map { $0.isNewline ? " " : $0 }) }
    )

    /// Lower-case letters, digits and hyphens, so that a name fits into topics, processes and expectations.
    static let name = ValueType(
        noun: "a name",
        notation: "a name of lower-case letters, digits and hyphens, beginning with a letter",
        parse: { isName($0) ? $0 : nil },
        describe: { $0 }
    )

    static let topic = ValueType(
        noun: "a topic name",
        notation: "a topic name of at most 160 letters, digits, dots, underscores and hyphens",
        parse: { isTopicName($0) ? $0 : nil },
        describe: { $0 }
    )
}

extension ValueType<Duration> {
    static let duration = ValueType(
        noun: "a duration",
        notation: "a duration such as 250ms, 90s or 1h30m",
        parse: { Duration(parsing: $0) },
        describe: { $0.text }
    )
}

extension ValueType<EventRate> {
    static let rate = ValueType(
        noun: "a rate",
        notation: "a rate such as 200/s, 120k/min or 7.23M/h",
        parse: { EventRate(parsing: $0) },
        describe: { "\($0)" }
    )
}

extension ValueType<ByteCount> {
    static let size = ValueType(
        noun: "a size",
        notation: "a size such as 300B, 64KiB or 256MiB",
        parse: { ByteCount(parsing: $0) },
        describe: { "\($0)" }
    )
}

extension ValueType<ByteCount?> {
    /// A memory limit: a size, or `none`.
    static let limit = ValueType(
        noun: "a size",
        notation: "a size such as 256MiB, or none",
        read: { text in
            if text == "none" { return .value(nil) }
            guard let limit = ByteCount(parsing: text) else { return .wrongType }
            guard limit >= .mebibytes(1) else {
                return .refused(
                    verdict: "is too small",
                    rule: "is at least 1 MiB"
                )
            }
            return .value(limit)
        },
        describe: { $0.map { "\($0)" } ?? "none" }
    )
}

extension ValueType<Int64> {
    static let count = ValueType(
        noun: "a whole number",
        notation: "a whole number such as 4, 100k or 2M",
        parse: { wholeNumber($0) },
        describe: { grouped($0) }
    )
}

extension ValueType<UInt64> {
    static let seed = ValueType(
        noun: "a seed",
        notation: "a whole number from 0 to 18,446,744,073,709,551,615",
        parse: { UInt64($0.filter { $0 != "_" }) },
        describe: { String($0) }
    )
}

extension ValueType<Double> {
    static let number = ValueType(
        noun: "a number",
        notation: "a number such as 1.1 or 60",
        parse: { plainNumber($0) },
        describe: { ResultValue.number($0).description }
    )
}

extension ValueType<Bool> {
    static let flag = ValueType(
        noun: "true or false",
        notation: "true or false",
        choices: ["true", "false"],
        parse: { $0 == "true" ? true : $0 == "false" ? false : nil },
        describe: { $0 ? "true" : "false" }
    )
}

extension ValueType where Value: RawRepresentable<String> & CaseIterable {
    static var choice: ValueType { choice(or: nil) }

    /// Where `mapping`, an example, may stand in the place of a word; that is read elsewhere.
    static func choice(or mapping: String?) -> ValueType {
        choice(among: Array(Value.allCases), or: mapping)
    }

    static func choice(among values: [Value], or mapping: String? = nil) -> ValueType {
        let words = values.map(\.rawValue)
        return ValueType(
            noun: "one of \(words.joined(separator: ", "))",
            notation: enumeration(words + [mapping].compactMap(\.self)),
            choices: words,
            parse: { word in words.contains(word) ? Value(rawValue: word) : nil },
            describe: { $0.rawValue }
        )
    }
}

extension ValueType<Finding.Kind> {
    /// What a scenario can ask for.
    static var findingKind: ValueType { choice(among: Finding.Kind.onDemand) }
}

// MARK: - Notations

/// `a`, `a or b`, `a, b or c`.
func enumeration(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
}

/// Whether an incident, a handler or a variant can be called that.
///
/// Lower-case letters, digits and hyphens, beginning with a letter, at most 40.
package func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, ("a"..."z").contains(first), text.utf8.count <= 40 else {
        return false
    }
    return text.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
    }
}

/// Kafka's rule for topics, shortened to leave room for run and variant.
private func isTopicName(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 160, text != ".", text != ".." else { return false }
    return text.utf8.allSatisfy { byte in
        let scalar = Unicode.Scalar(byte)
        return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || [".", "_", "-"].contains(scalar)
    }
}

/// Digits with an optional `k`, `M` or `G`; fractions only if the suffix makes them whole.
func wholeNumber(_ text: String) -> Int64? {
    guard let number = plainNumber(text), number == number.rounded(), abs(number) < 0x1p53 else { return nil }
    return Int64(number)
}

/// A decimal number with an optional sign and `k`, `M` or `G`; underscores between digits are ignored.
func plainNumber(_ text: String) -> Double? {
    var digits = text.filter { $0 != "_" }
    var factor = 1.0
    if let last = digits.last, let multiplier = (["k": 1e3, "M": 1e6, "G": 1e9] as [Character: Double])[last]
    {
        factor = multiplier
        digits.removeLast()
    }
    // Swift reads `0x1p4`, `inf` and `nan` too; people who write scenarios do not.
    guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || ".-+eE".contains($0)) }),
        let number = Double(digits)
    else {
        return nil
    }
    let value = number * factor
    return value.isFinite ? value : nil
}
