package import LabCore

/// What a scenario demands of its result, such as `per-event.heap.bytesPerEvent.low > 20000`.
///
/// A comparison with one of `==`, `!=`, `<`, `<=`, `>`, `>=`, with spaces around it. On its left a path; on its right
/// a number (with a unit that fits the path), one or more words, or another path of the same unit. A path may have a
/// factor: `1.1 * b.latency.p99Millis`.
package struct Expectation: Hashable, Sendable {
    package let text: String
    let left: Term
    let relation: Relation
    let right: Operand

    struct Term: Hashable, Sendable {
        let factor: Double
        let path: ResultPath

        func value(in result: RunResult) -> ResultValue? {
            switch path.value(in: result) {
            case .number(let number): .number(factor * number)
            case .word(let word): .word(word)
            case nil: nil
            }
        }
    }

    enum Operand: Hashable, Sendable {
        case constant(ResultValue)
        case term(Term)

        func value(in result: RunResult) -> ResultValue? {
            switch self {
            case .constant(let value): value
            case .term(let term): term.value(in: result)
            }
        }
    }

    enum Relation: String, Hashable, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        var isOrder: Bool { self != .equal && self != .notEqual }

        func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            switch self {
            case .equal: left == right
            case .notEqual: left != right
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            }
        }
    }

    /// The variants that it speaks of.
    package var variants: Set<String> {
        var names = Set([left.path.variant].compactMap(\.self))
        if case .term(let term) = right, let name = term.path.variant { names.insert(name) }
        return names
    }

    /// Compares; a value that the run does not know meets no expectation, not even `!=`.
    package func evaluate(against result: RunResult) -> ExpectationResult {
        let observed = left.value(in: result)
        let isMet =
            switch (observed, right.value(in: result)) {
            case (.number(let left), .number(let right)): relation.holds(left, right)
            case (.word(let left), .word(let right)): relation.holds(left, right)
            default: false
            }
        return ExpectationResult(text: text, met: isMet, observed: observed?.description)
    }
}

/// Why a text is no expectation.
package struct ExpectationProblem: Error, Hashable, Sendable {
    package var message: String
    package var hint: String?
    /// Where it is in the text, in Unicode scalars from its beginning.
    package var offset = 0
}
