import LabCore

/// A side of an expectation as it was written: read, and not yet checked for units.
indirect enum FormulaDraft {
    case number(ExpectationToken)
    case path(ExpectationToken, ResultPath)
    case calculation(ExpectationToken, Formula.Operator, FormulaDraft, FormulaDraft)

    /// Reads operands and operators in turn; `*` and `/` before `+` and `-`, otherwise from the left.
    ///
    /// - Throws: the first problem, with its place in the text.
    init(_ tokens: [ExpectationToken], variants: [VariantOutline]) throws(ExpectationProblem) {
        var rest = tokens[...]
        var sum = try Self.product(&rest, variants: variants)
        while let sign = rest.popFirst() {
            guard let operation = sign.operation else { throw Self.noOperator(sign) }
            sum = .calculation(sign, operation, sum, try Self.product(&rest, after: sign, variants: variants))
        }
        self = sum
    }

    private static func product(
        _ rest: inout ArraySlice<ExpectationToken>,
        after sign: ExpectationToken? = nil,
        variants: [VariantOutline]
    ) throws(ExpectationProblem) -> FormulaDraft {
        var product = try operand(&rest, after: sign, variants: variants)
        while let sign = rest.first, let operation = sign.operation, operation.bindsTighter {
            rest.removeFirst()
            product = .calculation(
                sign,
                operation,
                product,
                try operand(&rest, after: sign, variants: variants)
            )
        }
        return product
    }

    private static func operand(
        _ rest: inout ArraySlice<ExpectationToken>,
        after sign: ExpectationToken?,
        variants: [VariantOutline]
    ) throws(ExpectationProblem) -> FormulaDraft {
        guard let token = rest.first, token.operation == nil else {
            throw missing(after: sign, before: rest.first)
        }
        rest.removeFirst()
        if token.text.contains("(") || token.text.contains(")") {
            throw ExpectationProblem(
                message: "there are no brackets in \(quoted(token.text))",
                hint: "Multiply out, or write two expectations. “*” and “/” come before “+” and “-”.",
                offset: token.offset
            )
        }
        if token.isNumeric { return .number(try spaced(token)) }
        do {
            return .path(token, try ResultPath(token.text, variants: variants))
        } catch {
            // A forgotten space is likelier than a misspelling.
            let joined = token.joinedOperator
            throw ExpectationProblem(
                message: error.message,
                hint: joined.map { "\(quoted($0)) has spaces around it." } ?? error.hint,
                offset: token.offset
            )
        }
    }

    /// A number, unless a space is missing in it.
    private static func spaced(_ token: ExpectationToken) throws(ExpectationProblem) -> ExpectationToken {
        guard plainNumber(token.text) == nil, let sign = token.joinedOperator else { return token }
        throw ExpectationProblem(
            message: "\(quoted(token.text)) is no number",
            hint: "\(quoted(sign)) has spaces around it.",
            offset: token.offset
        )
    }

    private static let hint =
        "A value is a path or a number; “*”, “/”, “+” and “-” stand between two of them: 1.1 * singleton.latency.p99Millis + 20ms."

    private static func missing(
        after sign: ExpectationToken?,
        before next: ExpectationToken?
    ) -> ExpectationProblem {
        let place = sign.map { "after \(quoted($0.text))" } ?? next.map { "in front of \(quoted($0.text))" }
        return ExpectationProblem(
            message: "nothing to calculate with \(place ?? "")",
            hint: hint,
            offset: sign?.offset ?? next?.offset ?? 0
        )
    }

    private static func noOperator(_ token: ExpectationToken) -> ExpectationProblem {
        let isFactor = !token.isNumeric && !token.text.contains(".")
        return ExpectationProblem(
            message: isFactor
                ? "\(quoted(token.text)) is neither a value nor a multiple of one"
                : "there is no operator in front of \(quoted(token.text))",
            hint: hint,
            offset: token.offset
        )
    }

    /// Where it begins.
    var offset: Int {
        switch self {
        case .number(let token), .path(let token, _): token.offset
        case .calculation(_, _, let left, _): left.offset
        }
    }

    var hasPath: Bool {
        switch self {
        case .number: false
        case .path: true
        case .calculation(_, _, let left, let right): left.hasPath || right.hasPath
        }
    }
}

// MARK: - Units

extension FormulaDraft {
    /// What its value is in; `nil` for numbers alone, which take the unit of what they are compared with.
    ///
    /// - Throws: what cannot be calculated with each other.
    func unit() throws(ExpectationProblem) -> ResultUnit? {
        switch self {
        case .number: return nil
        case .path(let token, let path):
            guard case .number(let unit) = path.type else {
                throw ExpectationProblem(
                    message: "\(quoted(token.text)) is a word, not a number",
                    hint: "Leave the factor out.",
                    offset: token.offset
                )
            }
            return unit
        case .calculation(let sign, let operation, let left, let right):
            return try Self.unit(sign, operation, try left.unit(), try right.unit())
        }
    }

    private static func unit(
        _ sign: ExpectationToken,
        _ operation: Formula.Operator,
        _ left: ResultUnit?,
        _ right: ResultUnit?
    ) throws(ExpectationProblem) -> ResultUnit? {
        switch (operation, left, right) {
        case (.over, let left, nil), (.over, let left, .plain): return left
        case (.over, let left?, let right?) where left == right: return .plain
        case (.times, let only, nil), (.times, nil, let only): return only
        case (.times, .plain, let other), (.times, let other, .plain): return other
        case (.plus, let only, nil), (.plus, nil, let only), (.minus, let only, nil), (.minus, nil, let only):
            return only
        case (.plus, let left?, let right?) where left == right,
            (.minus, let left?, let right?) where left == right:
            return left
        default:
            let nouns = [left, right].map {
                $0.map { ResultType.number($0).noun } ?? "a number without a unit"
            }
            throw ExpectationProblem(
                message: "\(quoted(sign.text)) does not go with these units",
                hint: "The left of it is \(nouns[0]), the right of it is \(nouns[1]).",
                offset: sign.offset
            )
        }
    }

    /// - Parameters:
    ///   - unit: of the value.
    ///   - place: what its numbers have to fit, such as `the left side`.
    /// - Returns: what can be calculated.
    /// - Throws: a number that does not fit.
    func formula(in unit: ResultUnit, fitting place: String) throws(ExpectationProblem) -> Formula {
        switch self {
        case .number(let token): return .constant(.number(try token.number(in: unit, fitting: place)))
        case .path(_, let path): return .path(path)
        case .calculation(_, let operation, let left, let right):
            guard operation.bindsTighter else {
                return .calculation(
                    operation,
                    try left.formula(in: unit, fitting: "here"),
                    try right.formula(in: unit, fitting: "here")
                )
            }
            let isFactorFirst = operation == .times && !left.hasPath
            return .calculation(
                operation,
                isFactorFirst ? try left.factor() : try left.partOfProduct(in: unit),
                isFactorFirst ? try right.partOfProduct(in: unit) : try right.factor()
            )
        }
    }

    private func partOfProduct(in unit: ResultUnit) throws(ExpectationProblem) -> Formula {
        try formula(in: try self.unit() ?? unit, fitting: "here")
    }

    /// A plain number, or values in units of their own.
    private func factor() throws(ExpectationProblem) -> Formula {
        guard case .number(let token) = self else { return try partOfProduct(in: .plain) }
        guard let factor = plainNumber(token.text) else {
            throw ExpectationProblem(
                message: "\(quoted(token.text)) is not a factor",
                hint: "A factor is a plain number such as 1.1.",
                offset: token.offset
            )
        }
        return .constant(.number(factor))
    }
}
