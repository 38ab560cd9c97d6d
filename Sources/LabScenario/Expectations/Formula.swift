import LabCore

/// One side of an expectation: a value, or what is calculated from values and numbers.
indirect enum Formula: Hashable, Sendable {
    case constant(ResultValue)
    case path(ResultPath)
    case calculation(Operator, Formula, Formula)

    enum Operator: String, Hashable, Sendable, CaseIterable {
        case times = "*"
        case over = "/"
        case plus = "+"
        case minus = "-"

        /// Calculated before the others.
        var bindsTighter: Bool { self == .times || self == .over }

        /// `nil` for what is no number.
        func result(_ left: Double, _ right: Double) -> Double? {
            let value =
                switch self {
                case .times: left * right
                case .over: left / right
                case .plus: left + right
                case .minus: left - right
                }
            return value.isFinite ? value : nil
        }
    }

    /// `nil` if a part of it is unknown.
    func value(in result: RunResult) -> ResultValue? {
        switch self {
        case .constant(let value): return value
        case .path(let path): return path.value(in: result)
        case .calculation(let operation, let left, let right):
            guard case .number(let first) = left.value(in: result),
                case .number(let second) = right.value(in: result)
            else { return nil }
            return operation.result(first, second).map { .number($0) }
        }
    }

    /// The values of the result that it reads.
    var paths: [ResultPath] {
        switch self {
        case .constant: []
        case .path(let path): [path]
        case .calculation(_, let left, let right): left.paths + right.paths
        }
    }
}
