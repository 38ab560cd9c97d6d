import LabCore

/// How much a pod's memory grows while little happens: the sign of a leak that no peak is needed to see.
struct IdleGrowth: Sendable, Hashable {
    /// A phase of low load.
    struct Phase: Sendable, Hashable {
        var header: PhaseHeader
        /// Events per hour of incident time.
        var load: Double
    }

    var variant: String
    var phase: String
    /// Bytes per event that a pod handled; `nil` if it handled none.
    var perEvent: Double?
    /// Bytes per pod and hour of incident time.
    var perHour: Double
    /// Incident seconds until a pod's limit is full at that pace; `nil` without a limit, or if no growth is plain.
    var secondsToLimit: Double?
    /// Whether most lives gained more than their readings scatter.
    var isPlain: Bool
    /// Number of lives that the medians are of.
    var lives: Int

    var limitText: String { secondsToLimit.map { Figure.duration($0) } ?? "not in sight" }

    /// A phase counts as idle below this share of the busiest phase's load.
    private static let idleShare = 0.25

    /// Phases with little load, in order; none if all phases have the same.
    static func phases(of report: RunReport) -> [Phase] {
        let loads = report.header.phases.map { Phase(header: $0, load: load(in: $0, of: report)) }
        guard let busiest = loads.map(\.load).max() else { return [] }
        return loads.filter { $0.load > 0 && $0.load <= busiest * idleShare }
    }

    private static func load(in phase: PhaseHeader, of report: RunReport) -> Double {
        let target = report.recording.processes.values.compactMap { $0[.targetRate] }.first ?? Series()
        let rates = target.finitePoints.filter { phase.start <= $0.time && $0.time < phase.end }.map(\.value)
        guard !rates.isEmpty else { return 0 }
        return rates.reduce(0, +) / Double(rates.count) * 3_600 / report.timeScale
    }

    /// - Returns: `nil` if no life of the variant has enough readings in the phase.
    init?(of variant: RecordedVariant, in phase: Phase, report: RunReport) {
        let climbs = variant.pods.flatMap { pod in
            pod.lives.compactMap { life in
                Climb(
                    of: life,
                    in: phase.header,
                    limit: variant.limit(of: life, in: pod),
                    warmUp: report.header.warmUp
                )
            }
        }
        guard let perSecond = climbs.map(\.perSecond).median else { return nil }
        self.variant = variant.header.name
        self.phase = phase.header.name
        perEvent = climbs.compactMap(\.perEvent).median
        perHour = perSecond / report.timeScale * 3_600
        isPlain = climbs.count(where: \.isPlain) * 2 > climbs.count
        secondsToLimit =
            isPlain ? climbs.compactMap(\.secondsToLimit).median.map { $0 * report.timeScale } : nil
        lives = climbs.count
    }
}

/// One life's memory during a phase; wall time.
private struct Climb {
    var perSecond: Double
    var perEvent: Double?
    var secondsToLimit: Double?
    var isPlain: Bool

    /// How often the typical distance of a reading from the line has to fit into the gain.
    private static let plainness = 4.0
    private static let fewestReadings = 8
    private static let mostReadings = 48

    init?(of life: RecordedLife, in phase: PhaseHeader, limit: Int64?, warmUp: Double) {
        let all = (life.series[.charge] ?? life.series[.rss] ?? Series()).finitePoints
            .filter { phase.start <= $0.time && $0.time <= phase.end }
        // What libraries load at the start of a life is no growth, if enough is left without it.
        let start = Double(life.start) + (warmUp.isFinite ? warmUp : 0) * 1e9
        let warm = all.filter { Double($0.time) >= start }
        let stride = max(1, max(warm.count, Self.fewestReadings) / Self.mostReadings)
        let kept = warm.count >= Self.fewestReadings ? warm : all
        let points = kept.enumerated().filter { $0.offset.isMultiple(of: stride) }.map(\.element)
        guard points.count >= Self.fewestReadings,
            let first = points.first, let last = points.last,
            let slope = Self.slope(points.map { (Double($0.time) / 1e9, $0.value) })
        else { return nil }
        perSecond = slope
        let levels = points.map { $0.value - slope * Double($0.time - first.time) / 1e9 }
        let level = levels.median ?? 0
        let scatter = levels.map { abs($0 - level) }.median ?? 0
        isPlain = slope * Double(last.time - first.time) / 1e9 > Self.plainness * scatter
        if let processed = life.series[.processed] {
            perEvent = Self.slope(points.map { (processed.value(at: $0.time) ?? 0, $0.value) })
        }
        if let limit, slope > 0 {
            secondsToLimit = max(0, Double(limit) - first.value) / slope
        }
    }

    /// Theil–Sen: the median of the slopes of all pairs, which single steps and outliers do not move.
    private static func slope(_ points: [(x: Double, y: Double)]) -> Double? {
        points.indices.flatMap { left in
            points.indices.dropFirst(left + 1).compactMap { right -> Double? in
                let distance = points[right].x - points[left].x
                return distance > 0 ? (points[right].y - points[left].y) / distance : nil
            }
        }
        .median
    }
}

extension [Double] {
    /// `nil` if there is none.
    var median: Double? {
        let sorted = filter(\.isFinite).sorted()
        guard let high = sorted.dropFirst(sorted.count / 2).first else { return nil }
        return sorted.count.isMultiple(of: 2) ? (sorted[sorted.count / 2 - 1] + high) / 2 : high
    }
}

extension RecordedVariant {
    /// The limit that a life ran under: its segment's, or its pod's where the variant never changed.
    func limit(of life: RecordedLife, in pod: RecordedPod) -> Int64? {
        header.segments.indices.contains(life.segment)
            ? header.segments[life.segment].memoryLimit : pod.memoryLimit
    }
}
