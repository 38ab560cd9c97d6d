import LabCore

/// A word of an expectation with its place.
struct ExpectationToken: Hashable, Sendable {
    let text: String
    let offset: Int

    /// Begins as numbers do.
    var isNumeric: Bool {
        let rest = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        return rest.first.map { $0.isASCII && ($0.isNumber || $0 == ".") } ?? false
    }

    var operation: Formula.Operator? { Formula.Operator(rawValue: text) }

    /// An operator within the word, where a space is missing; hyphens belong to names, slashes to rates.
    var joinedOperator: String? {
        ["*", "+"].first { text.dropFirst().contains($0) }
    }

    /// The tokens as one, for texts of several words such as `cgroup v2`; `nil` for a calculation or nothing.
    static func phrase(_ tokens: [ExpectationToken]) -> ExpectationToken? {
        guard let first = tokens.first, !tokens.contains(where: { $0.operation != nil }) else { return nil }
        return ExpectationToken(text: tokens.map(\.text).joined(separator: " "), offset: first.offset)
    }

    static func split(_ text: String) -> [ExpectationToken] {
        var tokens: [ExpectationToken] = []
        var word = String.UnicodeScalarView()
        for (offset, scalar) in (text + " ").unicodeScalars.enumerated() {
            if !scalar.properties.isWhitespace {
                word.append(scalar)
            } else if !word.isEmpty {
                tokens.append(ExpectationToken(text: String(word), offset: offset - word.count))
                word = String.UnicodeScalarView()
            }
        }
        return tokens
    }

    /// A number in the unit of what it is compared with or added to.
    ///
    /// - Throws: a number with another unit, or none.
    func number(in unit: ResultUnit, fitting place: String) throws(ExpectationProblem) -> Double {
        if let plain = plainNumber(text) { return plain }
        let isNegative = text.hasPrefix("-")
        let size = isNegative ? String(text.dropFirst()) : text
        guard let value = unit.value(of: size) else {
            throw ExpectationProblem(
                message: place == "here"
                    ? "\(quoted(text)) does not fit here" : "\(quoted(text)) does not fit \(place)",
                hint: unit.rule,
                offset: offset
            )
        }
        return isNegative ? -value : value
    }
}

extension ResultUnit {
    /// Reads a number with a unit.
    fileprivate func value(of text: String) -> Double? {
        switch self {
        case .plain: nil
        case .bytes: ByteCount(parsing: text).map { Double($0.bytes) }
        case .milliseconds: Duration(parsing: text).map { $0.inSeconds * 1_000 }
        case .seconds: Duration(parsing: text).map(\.inSeconds)
        case .perHour: EventRate(parsing: text).map(\.perHour)
        }
    }

    fileprivate var rule: String {
        switch self {
        case .plain: "It has no unit: write a number such as 20, 0.5 or 100k."
        case .bytes: "It is in bytes: write 20480, 20KiB or 20kB."
        case .milliseconds: "It is in milliseconds: write 250, 250ms or 1.5s."
        case .seconds: "It is in seconds: write 90, 90s or 1h30m."
        case .perHour: "It is in events per hour: write 7.23M, 7.23M/h or 2000/s."
        }
    }
}

extension ResultType {
    var noun: String {
        switch self {
        case .number(.plain): "a number without a unit"
        case .number(.bytes): "in bytes"
        case .number(.milliseconds): "in milliseconds"
        case .number(.seconds): "in seconds"
        case .number(.perHour): "in events per hour"
        case .word(let words): enumeration(words)
        case .text: "a text"
        }
    }
}
