import LabAnalysis
package import LabCore

/// Decides which repetition comes next, and what becomes of each run.
///
/// It starts nothing itself. A run that cannot be used is run again once, in its place, and then left out: a machine that fails
/// twice in a row would fail for ever.
package struct RepetitionSeries: Sendable {
    package let id: String
    package let count: Int
    package private(set) var repetitions: [RepetitionsResult.Repetition] = []
    private var next = 1
    private var failures = 0

    /// - Parameters:
    ///   - id: what the repetitions are called together.
    ///   - count: so many are wanted.
    package init(id: String, count: Int) {
        self.id = id
        self.count = count
    }

    /// The run that is to be made now; `nil` when the series is over.
    package var turn: RunRepetition? {
        next > count ? nil : RunRepetition(series: id, number: next, count: count, failures: failures)
    }

    /// Takes the outcome of the present turn.
    ///
    /// - Parameters:
    ///   - result: of the run.
    ///   - order: the variants as they were started.
    ///   - objections: why it cannot be used.
    /// - Returns: whether its figures count.
    package mutating func take(_ result: RunResult, order: [String], objections: [String]) -> Bool {
        let isLast = failures > 0
        let use: RepetitionsResult.Use = objections.isEmpty ? .used : isLast ? .leftOut : .repeated
        note(result, order, use, objections)
        if use == .repeated {
            failures += 1
        } else {
            (next, failures) = (next + 1, 0)
        }
        return use == .used
    }

    /// Takes a run that was not whole when the series was ended.
    package mutating func end(with result: RunResult, order: [String], because: String) {
        note(result, order, .unfinished, [because])
        next = count + 1
    }

    private mutating func note(
        _ result: RunResult,
        _ order: [String],
        _ use: RepetitionsResult.Use,
        _ because: [String]
    ) {
        repetitions.append(
            RepetitionsResult.Repetition(
                number: next,
                run: result.run,
                seed: result.seed,
                order: order,
                use: use,
                because: because,
                verdicts: result.variants.map(RepetitionsResult.Named.init)
            )
        )
    }
}
