import LabCore

extension Expectation {
    private static let form = "An expectation compares a value of the result: per-event.events.lost == 0."

    /// Values and operators together; each operator is one more level of a formula.
    private static let mostWords = 200

    /// Reads and type-checks an expectation.
    /// - Parameters:
    ///   - text: one comparison.
    ///   - variants: what paths may begin with.
    /// - Throws: the first problem, with its place in the text.
    package init(parsing text: String, variants: [VariantOutline]) throws(ExpectationProblem) {
        let tokens = ExpectationToken.split(text)
        guard tokens.count <= Self.mostWords else {
            throw ExpectationProblem(
                message: "too long: \(grouped(tokens.count)) words, where \(Self.mostWords) are read",
                hint: "Write several expectations, each in a line of its own."
            )
        }
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
        // What is observed stands on the left; who writes the number first gets the same answer.
        let isMirrored = !Self.mayRead(sides.0, variants) && Self.mayRead(sides.1, variants)
        self.relation = isMirrored ? relation.mirrored : relation
        (left, right) = try Self.formulas(
            isMirrored ? sides.1 : sides.0,
            isMirrored ? sides.0 : sides.1,
            place: isMirrored ? "the right side" : "the left side",
            variants
        )
        if relation.isOrder, case .path(let path) = left, !path.type.isNumber {
            throw ExpectationProblem(
                message: "words have no order",
                hint: "Use == or != here.",
                offset: tokens[middle].offset
            )
        }
    }

    /// Whether something in it looks like a value of the result.
    private static func mayRead(_ side: [ExpectationToken], _ variants: [VariantOutline]) -> Bool {
        side.contains { token in
            guard token.operation == nil, !token.isNumeric else { return false }
            return token.text.contains(".") || (try? ResultPath(token.text, variants: variants)) != nil
        }
    }

    /// Both sides, checked for units: first the one that reads the result, then what it is compared with; `place` is what to call the
    /// first one.
    private static func formulas(
        _ observed: [ExpectationToken],
        _ other: [ExpectationToken],
        place: String,
        _ variants: [VariantOutline]
    ) throws(ExpectationProblem) -> (Formula, Formula) {
        let left = try FormulaDraft(observed, variants: variants)
        guard left.hasPath else {
            let only = observed.first?.text ?? ""
            throw ExpectationProblem(
                message: "\(quoted(only)) is not a value of the result",
                hint: form,
                offset: left.offset
            )
        }
        if case .path(_, let path) = left, !path.type.isNumber {
            return (.path(path), try word(other, matching: path.type, variants))
        }
        let unit = try left.unit()
        let right = try FormulaDraft(other, variants: variants)
        if case .path(_, let path) = right, !path.type.isNumber {
            throw different(.number(unit ?? .plain), path.type, at: right.offset)
        }
        let rightUnit = try right.unit()
        if let unit, let rightUnit, unit != rightUnit {
            throw different(.number(unit), .number(rightUnit), at: right.offset)
        }
        let common = unit ?? rightUnit ?? .plain
        return (
            try left.formula(in: common, fitting: "here"), try right.formula(in: common, fitting: place)
        )
    }

    private static func different(
        _ left: ResultType,
        _ right: ResultType,
        at offset: Int
    ) -> ExpectationProblem {
        ExpectationProblem(
            message: "the two sides have different units",
            hint: "The left side is \(left.noun), the right side is \(right.noun).",
            offset: offset
        )
    }
}

// MARK: - Words

extension Expectation {
    /// What a word is compared with: one of those that it can be, any text, or another path.
    private static func word(
        _ tokens: [ExpectationToken],
        matching type: ResultType,
        _ variants: [VariantOutline]
    ) throws(ExpectationProblem) -> Formula {
        if let phrase = ExpectationToken.phrase(tokens) {
            switch type {
            case .word(let words) where !isPath(phrase, variants):
                guard words.contains(phrase.text) else { throw wordProblem(phrase, words) }
                return .constant(.word(phrase.text))
            case .text where !isPath(phrase, variants) || isSegment(phrase, variants):
                return .constant(.word(phrase.text))
            case .number, .word, .text:
                break
            }
        }
        let draft = try FormulaDraft(tokens, variants: variants)
        guard case .path(_, let path) = draft, path.type == type else {
            let found: ResultType
            if case .path(_, let path) = draft {
                found = path.type
            } else {
                found = .number(try draft.unit() ?? .plain)
            }
            throw different(type, found, at: draft.offset)
        }
        return .path(path)
    }

    private static func isPath(_ token: ExpectationToken, _ variants: [VariantOutline]) -> Bool {
        token.text.contains(".") && variants.contains { token.text.hasPrefix($0.name + ".") }
    }

    /// Whether it is `VARIANT.SEGMENT`, which a result has as a text in some places.
    private static func isSegment(_ token: ExpectationToken, _ variants: [VariantOutline]) -> Bool {
        variants.contains { variant in
            variant.segments.contains { "\(variant.name).\($0)" == token.text }
        }
    }

    private static func wordProblem(_ token: ExpectationToken, _ words: [String]) -> ExpectationProblem {
        ExpectationProblem(
            message: "\(quoted(token.text)) never occurs here",
            hint: didYouMean(token.text, among: words) + "It is \(enumeration(words)).",
            offset: token.offset
        )
    }
}

extension ResultType {
    fileprivate var isNumber: Bool {
        if case .number = self { true } else { false }
    }
}
