package import LabCore

extension JUnitReport {
    /// A comparison as a JUnit test suite: one case for the whole, which fails with any exit status but 0, and one for each line,
    /// failed if it is worse, skipped if unknown.
    package static func render(_ comparison: ComparisonResult) -> String {
        let lines = comparison.pairs.flatMap { pair in pair.lines.map { line(comparison, pair, $0) } }
        return JUnitSuite(
            name: "leaklab compare \(comparison.scenario)",
            id: comparison.candidate.run,
            classname: "leaklab.\(comparison.scenario)",
            cases: [whole(comparison)] + lines,
            output: ComparisonTextReport.render(comparison, width: 120)
        )
        .text
    }

    private static func whole(_ comparison: ComparisonResult) -> JUnitSuite.Case {
        let outcome: JUnitSuite.Case.Outcome =
            switch ExitStatus(rawValue: comparison.exitStatus) {
            case .success: .passed
            case .expectationsNotMet: .failure(comparison.headline)
            default: .error(comparison.headline)
            }
        return JUnitSuite.Case(name: "the candidate can replace the base", outcome: outcome)
    }

    private static func line(
        _ comparison: ComparisonResult,
        _ pair: ComparisonResult.Pair,
        _ line: ComparisonResult.Line
    ) -> JUnitSuite.Case {
        let outcome: JUnitSuite.Case.Outcome =
            switch line.outcome {
            // Of several candidates the one that is chosen is worse in nothing.
            case .worse where comparison.exitStatus == 0: .skipped("not chosen: \(line.summary)")
            case .worse: .failure(line.summary)
            case .unknown: .skipped(line.note ?? line.summary)
            case .better, .same, .mixed, .shown: .passed
            }
        return JUnitSuite.Case(
            name: "\(comparison.heading(of: pair)): \(line.metric.title)",
            outcome: outcome
        )
    }
}

extension ComparisonResult.Line {
    /// Such as `13.2 µs → 38.0 µs, +188 % (+180 % to +196 %), tolerance ± 20 %`.
    var summary: String {
        let values = "\(baseText) → \(candidateText)"
        guard effect != nil else { return values }
        return "\(values), \(effectText) (\(intervalText)), tolerance \(toleranceText)"
    }
}
