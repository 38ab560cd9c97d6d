import LabCore

/// One variant with the run it is from.
struct ComparedSide: Sendable, Hashable {
    let run: RunMeasures
    let variant: VariantMeasures
    /// Of all other variants under the same load that it can be held against.
    var failuresOfOthers: [FailedEvents] = []

    private var windows: VariantMeasures.Windows { variant.windows }

    /// Numerator and denominator of a line that is a ratio over windows; empty for other lines.
    func parts(of metric: ComparedMetric) -> [PairedRatio.Part?] {
        switch metric {
        case .cpu: Self.parts(windows.cpuSeconds, windows.handled) { ($0 * 1e6, $1) }
        case .throughput: windows.handled.map { part($0, over: run.windowSeconds * run.timeScale / 3_600) }
        case .latencyP50: windows.p50Millis.map { part($0, over: 1) }
        case .latencyP99: windows.p99Millis.map { part($0, over: 1) }
        default: []
        }
    }

    /// A line that is a ratio over windows, by itself; `nil` for other lines and without windows.
    func ratio(of metric: ComparedMetric) -> Double? {
        PairedRatio.ratio(of: parts(of: metric).compactMap(\.self))
    }

    private func part(_ value: Double?, over under: Double) -> PairedRatio.Part? {
        value.map { PairedRatio.Part(over: $0, under: under) }
    }

    private static func parts(
        _ left: [Double?],
        _ right: [Double?],
        _ part: (Double, Double) -> (Double, Double)
    ) -> [PairedRatio.Part?] {
        zip(left, right).map { pair in
            guard let first = pair.0, let second = pair.1, second > 0 else { return nil }
            let (over, under) = part(first, second)
            return PairedRatio.Part(over: over, under: under)
        }
    }

    func growth(of metric: ComparedMetric) -> VariantMeasures.Growth? {
        switch metric {
        case .heap: variant.heap
        case .rss: variant.rss
        case .charge: variant.charge
        default: nil
        }
    }

    func lowest(of metric: ComparedMetric) -> VariantMeasures.Lowest {
        switch metric {
        case .heap: windows.heap
        case .rss: windows.rss
        default: windows.charge
        }
    }

    /// Whether the recording says anything about a line.
    func knows(_ metric: ComparedMetric) -> Bool {
        switch metric {
        case .lost: variant.lost != nil
        case .failed: variant.failedEvents != nil
        case .oomKills: variant.oomKills > 0
        // Those that follow a kill have their line already.
        case .restarts: (variant.restarts ?? 0) > 0 && variant.restarts != podKills
        case .resource(let name): resource(name) != nil
        case .finding(let name): finding(name) != nil
        case .reported(let name): variant.reported?[name.rawValue] != nil
        case .throughput: true
        case .tasks: variant.tasks != nil
        case .heap, .rss, .charge: growth(of: metric) != nil
        case .timeToOOM: variant.timeToOOM != nil
        case .peakRSS: variant.peakRSSBytes != nil
        case .cpu, .latencyP50, .latencyP99: figure(of: metric) != nil
        }
    }

    /// Kills that ended a pod.
    private var podKills: Int { variant.oomKills - (variant.workerOOMKills ?? 0) }

    /// What a line of its costs comes to by itself: as the report of the run has it, where it has it.
    func figure(of metric: ComparedMetric) -> Double? {
        let reported: Double? =
            switch metric {
            case .cpu: variant.cpuSecondsPerMillionEvents
            case .latencyP50: variant.p50Millis
            case .latencyP99: variant.p99Millis
            default: nil
            }
        return reported ?? ratio(of: metric)
    }

    func resource(_ name: String) -> VariantResult.Resource? {
        variant.resources.first { $0.name == name }
    }

    func finding(_ name: String) -> Finding? { variant.findings.first { $0.name == name } }

    /// The lines of what not every run has; kills have one of their own.
    var ownMetrics: [ComparedMetric] {
        variant.resources.map { .resource($0.name) }
            + variant.findings.filter { $0.kind != .oomKills }.map { .finding($0.name) }
    }

    /// Milliseconds of wall time by which the lab's own producer was late, of the percentile that the line is about.
    func producerDelay(at metric: ComparedMetric) -> Double {
        switch metric {
        case .latencyP50: max(0, run.producer.delayP50Millis ?? 0)
        case .latencyP99: max(0, run.producer.delayP99Millis ?? 0)
        default: 0
        }
    }

    /// So late at its p99 that the machine had no time for the lab: what then took how long is no variant's doing, or the
    /// doing of one that takes the whole machine.
    private static let disturbingDelayMillis = 100.0

    var isDisturbed: Bool { (run.producer.delayP99Millis ?? 0) > Self.disturbingDelayMillis }

    /// The variant can be released for all that this run shows.
    var isSafe: Bool {
        variant.verdict == .bounded && !variant.flagged && (variant.lost ?? 0) == 0 && !isFailing && run.valid
    }

    /// It fails more events than the load explains.
    var isFailing: Bool {
        variant.failedEvents?.isExcessive(
            beside: failuresOfOthers,
            confidence: AnalysisSettings.standard.confidence
        ) ?? false
    }
}
