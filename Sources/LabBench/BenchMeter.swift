import LabAnalysis
import LabCore
import LabEngine
import LabScenario

/// Makes one measurement: a run in a process of its own, and what its recording says.
struct BenchMeter: Sendable {
    let plan: BenchPlan
    let child: RunChild
    /// Recordings of the measurements stay.
    let keepsRuns: Bool
    /// For `leaklab run`, beside those of the plan.
    let arguments: [String]

    /// With these the program refused the run, and would refuse the next as well.
    private static let refusals: Set<ExitStatus> = [
        .invalidScenario, .capabilityMissing, .brokerUnavailable, .usage,
    ]

    /// - Returns: `nil` if it was ended early.
    /// - Throws: ``LabError`` if the process cannot be started, or the program refuses the run.
    func measurement(_ step: BenchStep) async throws -> BenchMeasurement? {
        let scenario = try plan.scenario(of: step)
        if let refusal = refusal(of: scenario) { return measurement(of: step, refusal) }
        let name = "\(step.variant)-\(step.concurrency ?? 0)-\(step.perSecond)-\(step.attempt)"
        guard let end = try await child.run(plan.arguments(for: step) + arguments, name: name) else {
            return nil
        }
        defer { if let result = end.result, !keepsRuns { child.remove(result.run) } }
        guard !end.isCancelled else { return nil }
        guard let result = end.result else {
            if let status = ExitStatus(rawValue: end.exitStatus), Self.refusals.contains(status) {
                throw LabError(
                    "bench: \(step.variant) at \(RateText.of(step.perSecond)): \(end.complaint ?? "refused")",
                    exitStatus: status
                )
            }
            let words = end.complaint ?? "no result, exit status \(end.exitStatus)"
            return measurement(of: step, StepFigures(outcome: .unknown, because: [words]), end)
        }
        let figures = child.recording(of: result.run).map {
            StepAnalysis().figures(of: $0, result: result, rate: EventRate(perSecond: step.perSecond))
        }
        return measurement(
            of: step,
            figures ?? StepFigures(outcome: .unknown, because: ["the recording cannot be read"]),
            end
        )
    }

    /// A load that the embedded broker could not hold says nothing about the consumer.
    private func refusal(of scenario: Scenario) -> StepFigures? {
        guard !plan.isOnForeignBroker, let refusal = BrokerCapacity.refusal(of: scenario) else { return nil }
        return StepFigures(outcome: .unreached, because: [refusal.description])
    }

    private func measurement(
        of step: BenchStep,
        _ figures: StepFigures,
        _ end: RunChild.Ending? = nil
    ) -> BenchMeasurement {
        BenchMeasurement(
            variant: step.variant,
            concurrency: step.concurrency,
            perSecond: step.perSecond,
            attempt: step.attempt,
            fingerprint: plan.fingerprint,
            run: keepsRuns ? end?.result?.run : nil,
            wallSeconds: end?.wallSeconds ?? 0,
            figures: figures
        )
    }
}
