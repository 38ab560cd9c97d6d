package import LabCore

extension RunMeasures {
    /// - Parameters:
    ///   - recording: of a run, ended or not.
    ///   - result: of the same run.
    ///   - settings: the constants of the verdict.
    package init(of recording: RecordedRun, result: RunResult, settings: AnalysisSettings = .standard) {
        let header = recording.header
        let settings = settings.judging(header)
        let grid = MeasuringGrid(header, settings: settings)
        let measured = result.variants.compactMap { variant in
            recording.variants.first { $0.header.name == variant.name }.map { recorded in
                VariantMeasuring(
                    ObservedVariant(recorded, of: recording, settings: settings),
                    result: variant,
                    warmUp: WarmUpRule(of: header),
                    grid: grid,
                    settings: settings
                )
                .measures
            }
        }
        self.init(
            run: header.id,
            scenario: header.scenario,
            title: header.title,
            seed: header.seed,
            valid: result.valid && recording.state == .finished,
            invalidBecause: result.invalidBecause + Self.unfinished(recording.state),
            load: Self.load(of: header),
            environment: header.environment.filter { ComparisonNotes.comparable.contains($0.label) },
            timeScale: result.timeScale,
            producer: Self.producer(of: recording),
            windowSeconds: grid.length,
            variants: measured
        )
    }

    private static func unfinished(_ state: RunState) -> [String] {
        state == .finished ? [] : ["the run came to no regular end (\(state.rawValue))"]
    }

    private static func load(of header: RunHeader) -> [LabelledValue] {
        let phases = header.phases.map {
            LabelledValue(
                "phase \($0.name)",
                "\(Duration.nanoseconds($0.end - $0.start).text), \($0.summary)"
            )
        }
        return load(
            incident: header.incident,
            timeScale: header.timeScale,
            configuration: header.configuration,
            phases: phases
        )
    }

    /// What makes the load, as the settings of a scenario or of a recording say it; a topic's name does not.
    ///
    /// - Parameters:
    ///   - incident: its name.
    ///   - timeScale: as a factor.
    ///   - configuration: all settings, of which those of the workload count.
    ///   - phases: for recordings that say nothing of the workload.
    /// - Returns: in the order to be shown.
    package static func load(
        incident: String,
        timeScale: Double,
        configuration: [LabelledValue],
        phases: [LabelledValue] = []
    ) -> [LabelledValue] {
        let workload = configuration.filter {
            $0.label.hasPrefix("workload.") && $0.label != "workload.topic"
        }
        return [
            LabelledValue("incident", incident), LabelledValue("timeScale", abbreviated(timeScale)),
        ] + (workload.isEmpty ? phases : workload)
    }

    private static func producer(of recording: RecordedRun) -> Producer {
        let delay = HistogramSnapshot.merged([recording.scheduleDelay])
        let cpu = Track(recording.processes["producer"]?[.cpu]).values
        let produced = recording.variants.reduce(0.0) { $0 + Double(max(0, $1.ledger.produced)) }
        // One process for all stages never uses less than before; several, one after another, cannot be told apart.
        let isOneProcess = zip(cpu, cpu.dropFirst()).allSatisfy { $0 <= $1 }
        let seconds = isOneProcess && produced > 0 ? cpu.last : nil
        return Producer(
            delayP50Millis: delay.interpolatedQuantile(0.5).map { rounded($0 / 1_000, to: 1_000) },
            delayP99Millis: delay.interpolatedQuantile(0.99).map { rounded($0 / 1_000, to: 1_000) },
            cpuSecondsPerMillionEvents: seconds.map { rounded($0 / produced * 1e6, to: 1_000) },
            variants: recording.variants.count
        )
    }
}

/// To so many parts of one, so that a file of figures stays small.
func rounded(_ value: Double, to parts: Double) -> Double { (value * parts).rounded() / parts }
