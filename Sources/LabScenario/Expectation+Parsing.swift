import LabCore

extension Expectation {
    private static let form = "An expectation compares a value of the result: per-event.events.lost == 0."

    /// Reads and type-checks an expectation.
    /// - Parameters:
    ///   - text: one comparison.
    ///   - variants: what paths may begin with.
    /// - Throws: the first problem, with its place in the text.
    package init(parsing text: String, variants: [VariantOutline]) throws(ExpectationProblem) {
        let tokens = Token.split(text)
        let relations = tokens.indices.filter { Relation(rawValue: tokens[$0].text) != nil }
        guard let middle = relations.first, let relation = Relation(rawValue: tokens[middle].text) else {
            throw ExpectationProblem(
                message: "no comparison in \(quoted(text))",
                hint: "Write one of ==, !=, <, <=, >, >= with spaces around it. " + Self.form
            )
        }
        guard relations.count == 1 else {
            throw ExpectationProblem(
                message: "more than one comparison",
                hint: "Write each in a line of its own.",
                offset: tokens[relations[1]].offset
            )
        }
        let sides = (Array(tokens[..<middle]), Array(tokens[(middle + 1)...]))
        for (side, name) in [(sides.0, "left"), (sides.1, "right")] where side.isEmpty {
            throw ExpectationProblem(
                message: "nothing to the \(name) of \(quoted(relation.rawValue))",
                hint: Self.form,
                offset: tokens[middle].offset
            )
        }
        self.text = text
        self.relation = relation
        left = try Self.term(sides.0, variants: variants)
        right = try Self.operand(sides.1, matching: left, variants: variants)
        if relation.isOrder, case .number = left.path.type {
        } else if relation.isOrder {
            throw ExpectationProblem(
                message: "words have no order",
                hint: "Use == or != here.",
                offset: tokens[middle].offset
            )
        }
    }

    /// A path, with or without a factor.
    private static func term(
        _ tokens: [Token],
        variants: [VariantOutline]
    ) throws(ExpectationProblem) -> Term {
        if tokens.count == 1, let only = tokens.first {
            guard !only.isNumeric else {
                throw ExpectationProblem(
                    message: "\(quoted(only.text)) is not a value of the result",
                    hint: form,
                    offset: only.offset
                )
            }
            return Term(factor: 1, path: try path(only, variants: variants))
        }
        guard tokens.count == 3, tokens[1].text == "*" else {
            throw ExpectationProblem(
                message:
                    "\(quoted(tokens.map(\.text).joined(separator: " "))) is neither a value nor a multiple of one",
                hint: "Write a path, or a path times a number: 1.1 * singleton.latency.p99Millis.",
                offset: tokens[0].offset
            )
        }
        let (number, other) = tokens[0].isNumeric ? (tokens[0], tokens[2]) : (tokens[2], tokens[0])
        guard let factor = plainNumber(number.text) else {
            throw ExpectationProblem(
                message: "\(quoted(number.text)) is not a factor",
                hint: "A factor is a plain number such as 1.1.",
                offset: number.offset
            )
        }
        let path = try path(other, variants: variants)
        guard case .number = path.type else {
            throw ExpectationProblem(
                message: "\(quoted(other.text)) is a word, not a number",
                hint: "Leave the factor out.",
                offset: other.offset
            )
        }
        return Term(factor: factor, path: path)
    }

    private static func path(
        _ token: Token,
        variants: [VariantOutline]
    ) throws(ExpectationProblem) -> ResultPath {
        do {
            return try ResultPath(token.text, variants: variants)
        } catch {
            throw ExpectationProblem(message: error.message, hint: error.hint, offset: token.offset)
        }
    }
}

// MARK: - The right side

extension Expectation {
    private static func operand(
        _ tokens: [Token],
        matching left: Term,
        variants: [VariantOutline]
    ) throws(ExpectationProblem) -> Operand {
        if let phrase = Token.phrase(tokens) {
            switch left.path.type {
            case .number(let unit) where tokens.count == 1 && phrase.isNumeric:
                return .constant(.number(try number(phrase, unit)))
            case .word(let words) where !isPath(phrase, variants):
                guard words.contains(phrase.text) else { throw wordProblem(phrase, words) }
                return .constant(.word(phrase.text))
            case .text where !isPath(phrase, variants) || isSegment(phrase, variants):
                return .constant(.word(phrase.text))
            case .number, .word, .text:
                break
            }
        }
        let right = try term(tokens, variants: variants)
        guard right.path.type == left.path.type else {
            throw ExpectationProblem(
                message: "the two sides have different units",
                hint: "The left side is \(left.path.type.noun), the right side is \(right.path.type.noun).",
                offset: tokens[0].offset
            )
        }
        return .term(right)
    }

    private static func isPath(_ token: Token, _ variants: [VariantOutline]) -> Bool {
        token.text.contains(".") && variants.contains { token.text.hasPrefix($0.name + ".") }
    }

    /// Whether it is `VARIANT.SEGMENT`, which a result has as a text in some places.
    private static func isSegment(_ token: Token, _ variants: [VariantOutline]) -> Bool {
        variants.contains { variant in
            variant.segments.contains { "\(variant.name).\($0)" == token.text }
        }
    }

    private static func wordProblem(_ token: Token, _ words: [String]) -> ExpectationProblem {
        ExpectationProblem(
            message: "\(quoted(token.text)) never occurs here",
            hint: didYouMean(token.text, among: words) + "It is \(enumeration(words)).",
            offset: token.offset
        )
    }

    /// A number in the unit of the key it is compared with.
    private static func number(_ token: Token, _ unit: ResultUnit) throws(ExpectationProblem) -> Double {
        if let plain = plainNumber(token.text) { return plain }
        let isNegative = token.text.hasPrefix("-")
        let size = isNegative ? String(token.text.dropFirst()) : token.text
        guard let value = unit.value(of: size) else {
            throw ExpectationProblem(
                message: "\(quoted(token.text)) does not fit the left side",
                hint: unit.rule,
                offset: token.offset
            )
        }
        return isNegative ? -value : value
    }
}

/// A word of an expectation with its place.
private struct Token {
    let text: String
    let offset: Int

    /// Begins as numbers do.
    var isNumeric: Bool {
        let rest = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        return rest.first.map { $0.isASCII && ($0.isNumber || $0 == ".") } ?? false
    }

    /// The tokens as one, for texts of several words such as `cgroup v2`; `nil` for a product or nothing.
    static func phrase(_ tokens: [Token]) -> Token? {
        guard let first = tokens.first, !tokens.contains(where: { $0.text == "*" }) else { return nil }
        return Token(text: tokens.map(\.text).joined(separator: " "), offset: first.offset)
    }

    static func split(_ text: String) -> [Token] {
        var tokens: [Token] = []
        var word = String.UnicodeScalarView()
        for (offset, scalar) in (text + " ").unicodeScalars.enumerated() {
            if !scalar.properties.isWhitespace {
                word.append(scalar)
            } else if !word.isEmpty {
                tokens.append(Token(text: String(word), offset: offset - word.count))
                word = String.UnicodeScalarView()
            }
        }
        return tokens
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
    fileprivate var noun: String {
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
