import ArgumentParser
import LabAnalysis
import LabCore
import LabEngine
import LabRecording
import LabReport
import LabScenario

extension RunCommand {
    /// Runs a scenario several times and reports what all come to.
    func run(_ first: Scenario, repetitions: Int, _ baseline: BaselineGate?) async throws {
        let stop = StopSwitch()
        let runner = RepetitionRunner(
            count: repetitions,
            request: { turn in
                try request(try scenario.load(seed: turn.seed(from: first.seed)), repetition: turn)
            },
            scenario: first,
            store: store.runs,
            stop: stop,
            progress: ProgressDisplays.make(isQuiet: quiet, color: output.color),
            keep: { outcome, text in
                let path = "\(outcome.folder.path)/report.html"
                try ReportFile.write(try RunReport(outcome).rendered(as: "html"), to: path)
                if !quiet { StandardError.write("\n\(text)\nReport: \(path)\n") }
            }
        )
        try conclude(try await Interruption.watching(stop) { try await runner.run() }, baseline)
    }

    private func conclude(_ outcome: RepetitionRunner.Outcome, _ baseline: BaselineGate?) throws {
        var result = outcome.result
        if outcome.failure == nil, let baseline, let measures = outcome.measures {
            let comparison = try baseline.result(for: measures)
            result.comparison = comparison
            result.exitBecause += BaselineGate.because(comparison)
            result.exitStatus = BaselineGate.exitStatus(
                of: result.exitStatus,
                isValid: result.valid,
                comparison
            )
            try store.runs.save(result)
        }
        try write(result, outcome.measures)
        StandardError.write("\nRepetitions: \(result.id)\n")
        showNext(result.id)
        if let failure = outcome.failure { throw failure }
        if let measures = outcome.measures { try saveBaseline(of: measures) }
        throw ExitCode(result.exitStatus)
    }
}
