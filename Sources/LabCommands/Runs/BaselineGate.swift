import ArgumentParser
import LabAnalysis
import LabCore
import LabEngine
import LabScenario

/// A baseline to compare with, and how to judge.
struct BaselineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Compare the run with the measures in this file as soon as it is over; the exit status is that of both.",
            valueName: "file"
        )
    )
    var baseline: String?

    @OptionGroup var judging: ToleranceOptions

    func validate() throws {
        guard baseline == nil, judging.strict || !judging.tolerance.isEmpty else { return }
        throw ValidationError("--tolerance and --strict judge a comparison: name a --baseline.")
    }

    /// `nil` if none was named.
    func read() throws(LabError) -> BaselineGate? {
        guard let baseline else { return nil }
        return try BaselineGate(file: baseline, options: judging)
    }
}

/// A baseline that a run is compared with as soon as it is over.
struct BaselineGate {
    private let base: ComparisonPlan.Choice
    private let comparison: RunComparison

    /// - Parameters:
    ///   - file: the baseline.
    ///   - options: how to judge.
    /// - Throws: ``LabError`` of the command line for what is no baseline of this schema, or no tolerance.
    init(file: String, options: ToleranceOptions) throws(LabError) {
        comparison = RunComparison(tolerances: try options.tolerances(), isStrict: options.strict)
        base = ComparisonPlan.Choice(
            try ComparisonSides.measures(inFile: file),
            variant: nil,
            place: file,
            isBaseline: true
        )
    }

    /// Refuses a baseline of another scenario, load or set of variants, before anything is run.
    ///
    /// - Throws: ``LabError`` with the difference.
    func check(_ scenario: Scenario) throws(LabError) {
        let planned = RunMeasures(planned: scenario)
        _ = try ComparisonPlan(
            base: base,
            candidate: ComparisonPlan.Choice(planned, variant: nil, place: scenario.name)
        )
    }

    /// The comparison with a run that is over.
    ///
    /// - Throws: ``LabError`` as ``check(_:)`` does.
    func result(for run: RunMeasures) throws(LabError) -> ComparisonResult {
        let candidate = ComparisonPlan.Choice(run, variant: nil, place: run.run)
        return comparison.result(
            base: base.run,
            candidate: run,
            plan: try ComparisonPlan(base: base, candidate: candidate),
            baseline: base.place
        )
    }

    /// One exit status for a run and its comparison: that of the run if it was ended, failed or is invalid; else 2 if either
    /// says so, then 3.
    static func exitStatus(of run: Int32, isValid: Bool, _ comparison: ComparisonResult) -> Int32 {
        let judged = [ExitStatus.success, .expectationsNotMet, .inconclusive].map(\.rawValue)
        guard isValid, judged.contains(run) else { return run }
        let both = [run, comparison.exitStatus]
        let order: [ExitStatus] = [.expectationsNotMet, .inconclusive]
        return order.first { both.contains($0.rawValue) }?.rawValue ?? ExitStatus.success.rawValue
    }

    /// What a comparison adds to the reasons for the exit status; nothing if it is for the candidate.
    static func because(_ comparison: ComparisonResult) -> [String] {
        comparison.exitStatus == ExitStatus.success.rawValue
            ? [] : ["compared with the baseline: \(comparison.headline)"]
    }
}

extension RunMeasures {
    /// What is known before a run: its load, and the names of its variants.
    fileprivate init(planned scenario: Scenario) {
        self.init(
            run: "",
            scenario: scenario.name,
            title: scenario.title,
            seed: scenario.seed,
            valid: true,
            invalidBecause: [],
            load: RunMeasures.load(
                incident: scenario.incident ?? RunHeader.noIncident,
                timeScale: scenario.timeScale.factor,
                configuration: scenario.settings.map { LabelledValue($0.label, $0.value) }
            ),
            environment: [],
            timeScale: scenario.timeScale.factor,
            producer: Producer(
                delayP50Millis: nil,
                delayP99Millis: nil,
                cpuSecondsPerMillionEvents: nil,
                variants: scenario.variants.count
            ),
            windowSeconds: 0,
            variants: scenario.variants.map {
                VariantMeasures(
                    name: $0.name,
                    role: $0.role,
                    control: $0.isControl,
                    summary: $0.summary,
                    verdict: .inconclusive
                )
            }
        )
    }
}
