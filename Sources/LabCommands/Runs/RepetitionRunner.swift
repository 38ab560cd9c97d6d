import LabAnalysis
import LabCore
import LabEngine
import LabRecording
import LabReport
import LabScenario

/// Runs a scenario several times, one run after another.
struct RepetitionRunner: Sendable {
    /// A series that has ended, in whatever way.
    struct Outcome: Sendable {
        var result: RepetitionsResult
        /// Of the repetitions that are used, together; `nil` if there are none.
        var measures: RunMeasures?
        /// What ended the series.
        var failure: (any Error)?
    }

    let count: Int
    /// The request of one run, with its place among the others.
    let request: @Sendable (RunRepetition) throws -> RunRequest
    let scenario: Scenario
    let store: RunStore
    let stop: StopSwitch
    let progress: any ProgressDisplay
    /// Called after each run, with a line of what became of it.
    let keep: @Sendable (Laboratory.Outcome, String) throws -> Void

    private let analysis = RepetitionsAnalysis()

    /// - Throws: what kept the first run from beginning.
    func run() async throws -> Outcome {
        var series = RepetitionSeries(id: RunStore.repetitionsID(now: WallTime.nanoseconds), count: count)
        var wholes: [RepetitionsAnalysis.Whole] = []
        var state = RunState.finished
        var failure: (any Error)?
        while let turn = series.turn, failure == nil, state == .finished {
            guard stop.reason == nil else {
                state = .interrupted
                break
            }
            do {
                let outcome = try await once(turn)
                state = outcome.recording.state
                failure = outcome.failure
                try take(outcome, &series, &wholes)
            } catch {
                if series.repetitions.isEmpty { throw error }
                state = stop.reason == nil ? .failed : .interrupted
                // Ctrl-C between two runs takes nothing from those that are whole.
                failure = stop.reason == nil ? error : nil
            }
            try store.save(Judgement.repetitions(wholes, of: series, scenario: scenario, state: state))
        }
        var result = Judgement.repetitions(wholes, of: series, scenario: scenario, state: state)
        if let status = (failure as? any ActionableError)?.exitStatus { result.exitStatus = status.rawValue }
        try store.save(result)
        return Outcome(result: result, measures: try merged(wholes, as: series.id), failure: failure)
    }

    private func merged(_ wholes: [RepetitionsAnalysis.Whole], as id: String) throws(LabError) -> RunMeasures?
    {
        wholes.isEmpty ? nil : try .merging(wholes.map(\.measures), as: id)
    }

    private func once(_ turn: RunRepetition) async throws -> Laboratory.Outcome {
        // Each run may be stopped by what goes wrong in it; an interruption stops all.
        let own = StopSwitch()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [stop] in
                await stop.wait()
                if let reason = stop.reason { own.stop(reason) }
            }
            defer { group.cancelAll() }
            let progress = progress
            return try await Laboratory(try request(turn), stop: own) { progress.show($0) }.run()
        }
    }

    private func take(
        _ outcome: Laboratory.Outcome,
        _ series: inout RepetitionSeries,
        _ wholes: inout [RepetitionsAnalysis.Whole]
    ) throws {
        let result = outcome.result
        let isReversed = series.turn?.isReversed ?? false
        let names = result.variants.map(\.name)
        let order = isReversed ? names.reversed() : names
        if outcome.failure != nil || outcome.recording.state != .finished {
            series.end(with: result, order: order, because: outcome.failure?.description ?? "interrupted")
        } else if series.take(result, order: order, objections: analysis.objections(to: result)) {
            let measures = RunMeasures(of: outcome.recording, result: result)
            wholes.append(RepetitionsAnalysis.Whole(result: result, measures: measures))
        }
        guard let last = series.repetitions.last else { return }
        try keep(outcome, "Repetition \(last.number) of \(count), run \(last.run): \(last.outcome)")
    }
}
