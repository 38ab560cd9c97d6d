package import LabAnalysis
package import LabCore
package import LabScenario

extension Judgement {
    /// Several repetitions as one document, judged by what the scenario expects.
    ///
    /// An expectation on figures that repetitions have together is judged by these; any other one has to be met in every
    /// repetition that is used.
    ///
    /// - Parameters:
    ///   - wholes: the repetitions that are used, in order.
    ///   - series: all runs that were begun.
    ///   - scenario: as it was for the first of them.
    ///   - state: how the series ended.
    /// - Returns: the document with its exit status.
    package static func repetitions(
        _ wholes: [RepetitionsAnalysis.Whole],
        of series: RepetitionSeries,
        scenario: Scenario,
        state: RunState
    ) -> RepetitionsResult {
        let analysis = RepetitionsAnalysis()
        let variants = analysis.variants(of: wholes)
        let invalidBecause = Self.objections(to: series, used: wholes.count, state: state)
        let results = wholes.map(\.result)
        let expectations =
            results.isEmpty ? [] : scenario.expectations.map { judge($0, in: results, variants) }
        var combined = results.first?.replacingFigures(by: variants)
        combined?.valid = invalidBecause.isEmpty
        combined?.invalidBecause = invalidBecause
        let conclusion = combined?.concluded(with: expectations, state: state)
        return RepetitionsResult(
            id: series.id,
            scenario: scenario.name,
            title: scenario.title,
            timeScale: scenario.timeScale.factor,
            seed: scenario.seed,
            schedule: scenario.schedule.rawValue,
            asked: series.count,
            used: wholes.count,
            valid: invalidBecause.isEmpty,
            invalidBecause: invalidBecause,
            repetitions: series.repetitions,
            variants: variants,
            expectations: expectations,
            notes: notes(analysis, scenario, used: wholes.count),
            exitStatus: conclusion?.exitStatus ?? Self.statusWithoutResults(state).rawValue,
            exitBecause: conclusion?.exitBecause ?? invalidBecause
        )
    }

    private static func notes(_ analysis: RepetitionsAnalysis, _ scenario: Scenario, used: Int) -> [String] {
        let order =
            scenario.schedule == .parallel
            ? "all variants of a repetition run at the same time, so that their order matters little"
            : "every second repetition takes the variants last one first, so that a steady drift of the machine favours none"
        let half =
            scenario.schedule == .sequential && !used.isMultiple(of: 2)
            ? ["an odd number of repetitions leaves one order without its reverse"] : []
        return used == 0 ? [] : analysis.notes(repetitions: used) + [order] + half
    }

    private static func statusWithoutResults(_ state: RunState) -> ExitStatus {
        switch state {
        case .interrupted: .interrupted
        case .failed: .labFailed
        case .finished, .recording: .inconclusive
        }
    }

    /// More than half of those that came to their end must be of use.
    private static func objections(to series: RepetitionSeries, used: Int, state: RunState) -> [String] {
        let leftOut = series.repetitions.filter { $0.use == .leftOut }.count
        guard used > 0 else { return ["no repetition was whole and valid"] }
        return used > leftOut
            ? []
            : ["\(leftOut) of \(used + leftOut) repetitions were invalid, and again when they were repeated"]
    }

    private static func judge(
        _ expectation: Expectation,
        in results: [RunResult],
        _ variants: [RepetitionsResult.Variant]
    ) -> ExpectationResult {
        if expectation.reads(only: RunResult.combinedKeys), let first = results.first {
            return expectation.evaluate(against: first.replacingFigures(by: variants))
        }
        let all = results.map { expectation.evaluate(against: $0) }
        let observed = all.map { $0.observed ?? "unknown" }
        let isOne = Set(observed).count == 1
        return ExpectationResult(
            text: expectation.text,
            met: all.allSatisfy(\.met),
            observed: isOne ? all.first?.observed : observed.joined(separator: ", ")
        )
    }
}
