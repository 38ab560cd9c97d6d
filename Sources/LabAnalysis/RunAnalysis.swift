package import LabCore

/// Makes the result document of a recorded run: pure, and total for whatever a recording holds.
package struct RunAnalysis: Sendable {
    private let settings: AnalysisSettings

    package init(settings: AnalysisSettings = .standard) { self.settings = settings }

    /// Everything but `expectations` and the exit status, which ``RunResult/concluded(with:state:)`` adds.
    package func result(of run: RecordedRun) -> RunResult {
        let settings = settings.judging(run.header).judging(run.until)
        let timeScale = Self.usableScale(run.header.timeScale)
        let variants = run.variants.map { ObservedVariant($0, of: run, settings: settings) }
        let control = variants.first { $0.recorded.header.isControl }
        let comparison = control.map { control in
            ControlComparison(
                name: control.recorded.header.name,
                control: control.lives,
                isLeaking: control.segments.contains {
                    let signs = Signs(
                        of: $0.lives,
                        against: nil,
                        resources: control.watched.resources,
                        settings: settings.judging(control.recorded.header.command)
                    )
                    return signs.verdict == .leaking
                },
                limit: control.isUniform ? control.recorded.header.memoryLimit : nil,
                kills: control.all.oomKills,
                handled: control.all.handled
            )
        }
        let waves = WaveTable(variants, timeScale: timeScale)
        let metrics = IncidentMetrics(variants, declared: run.metrics)
        let unseen = Unseen(variants).metrics
        let invalidBecause = Self.invalidBecause(run)
        var result = RunResult(
            run: run.header.id,
            scenario: run.header.scenario,
            timeScale: timeScale,
            seed: run.header.seed,
            valid: invalidBecause.isEmpty,
            invalidBecause: invalidBecause,
            broker: run.header.broker,
            lab: LabFootprint(run.processes["lab"]),
            variants: variants.enumerated().map { index, variant in
                VariantAnalysis(variant, in: run, timeScale: timeScale, settings: settings).result(
                    against: variant.recorded.header.isControl ? nil : comparison,
                    waves: waves.waves(ofVariant: index),
                    metrics: metrics.metrics(ofVariant: index),
                    unseen: unseen
                )
                .standing(after: run.until)
            },
            expectations: [],
            exitStatus: ExitStatus.success.rawValue,
            memoryControl: run.header.memoryControl,
            until: run.until
        )
        result.describe(run)
        return result
    }

    /// A factor beyond these bounds would carry times and rates out of the range of numbers.
    private static func usableScale(_ factor: Double) -> Double {
        (1e-9...1e9).contains(factor) ? factor : 1
    }

    /// What the broker dropped before anyone read it is the lab's loss, said here if the recording does not say it.
    private static func invalidBecause(_ run: RecordedRun) -> [String] {
        guard run.invalidBecause.isEmpty else { return run.invalidBecause }
        return run.variants.filter { $0.ledger.droppedByBroker > 0 }.map {
            "\($0.header.name): the broker dropped \(grouped($0.ledger.droppedByBroker)) events before they were read"
        }
    }
}

extension RunResult {
    /// Says which run it is of, when and where.
    fileprivate mutating func describe(_ run: RecordedRun) {
        title = run.header.title
        acts = run.header.acts.isEmpty ? nil : run.header.acts
        startedAt = UTCTime(nanosecondsSince1970: run.header.startedAt).internetText
        durationSeconds = Double(run.end) / 1e9
        environment = Dictionary(
            run.header.environment.map { ($0.label, $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
