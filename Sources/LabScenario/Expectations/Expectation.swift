package import LabCore

/// What a scenario demands of its result, such as `per-event.heap.bytesPerEvent.low > 20000`.
///
/// A comparison with one of `==`, `!=`, `<`, `<=`, `>`, `>=`, with spaces around it. At least one side reads the result; the other
/// one may be a number (with a unit that fits), one or more words, or read the result as well. Numbers are calculated with by
/// `*`, `/`, `+` and `-`, with spaces around them: `1.1 * b.latency.p99Millis + 20ms`.
package struct Expectation: Hashable, Sendable {
    package let text: String
    /// Reads the result.
    let left: Formula
    let relation: Relation
    let right: Formula

    enum Relation: String, Hashable, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        var isOrder: Bool { self != .equal && self != .notEqual }

        /// The same with its sides exchanged.
        var mirrored: Relation {
            switch self {
            case .equal, .notEqual: self
            case .less: .greater
            case .lessOrEqual: .greaterOrEqual
            case .greater: .less
            case .greaterOrEqual: .lessOrEqual
            }
        }

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

    var paths: [ResultPath] { left.paths + right.paths }

    /// The variants that it speaks of.
    package var variants: Set<String> { Set(paths.compactMap(\.variant)) }

    /// Whether all that it reads of the result are these keys of variants, and none of a segment.
    package func reads(only keys: Set<String>) -> Bool {
        paths.allSatisfy {
            $0.variant != nil && $0.segment == nil && keys.contains($0.keys.joined(separator: "."))
        }
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
