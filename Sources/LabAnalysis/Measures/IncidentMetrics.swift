import LabCore

/// What incidents count for themselves, and what the lab reports beside that, in every variant of a run.
///
/// What they are is as the incident declared it. Older recordings do not say: of theirs, what fell in no life of any
/// variant counts as a counter.
struct IncidentMetrics: Sendable {
    private let variants: [[MetricName: IncidentMetric]]
    private let declared: [MetricName: MetricDescription]
    /// Of those that nobody declared.
    private let gauges: Set<MetricName>

    init(_ variants: [ObservedVariant], declared: [MetricName: MetricDescription]) {
        self.declared = declared
        self.variants = variants.map { variant in
            let recorded = variant.recorded.pods.flatMap(\.lives)
            let names = Set(recorded.flatMap(\.series.keys)).filter(\.isReported)
            var metrics: [MetricName: IncidentMetric] = [:]
            for name in names { metrics[name] = IncidentMetric(name, of: variant, lives: recorded) }
            for (name, series) in variant.recorded.series where name.isOfIncident {
                metrics[name] = IncidentMetric(ofCompanion: series, beside: variant)
            }
            return metrics
        }
        gauges = Set(self.variants.flatMap { $0.filter(\.value.looksLikeGauge).keys })
    }

    /// - Parameter variant: its place in the run.
    /// - Returns: by name.
    func metrics(ofVariant variant: Int) -> [VariantResult.Metric] {
        variants[variant].sorted { $0.key < $1.key }.map { name, metric in
            let declared = name.definition?.description ?? declared[name]
            let kind = declared?.kind ?? (gauges.contains(name) ? .gauge : .counter)
            let isGauge = kind == .gauge
            return VariantResult.Metric(
                name: name.rawValue,
                kind: kind,
                unit: declared?.unit,
                peak: metric.peak,
                end: metric.end,
                total: isGauge ? nil : metric.total,
                perEvent: isGauge || metric.events <= 0 ? nil : metric.total / metric.events
            )
        }
    }
}

/// One such metric in all lives of a variant.
private struct IncidentMetric: Sendable {
    private(set) var peak = 0.0
    private(set) var end: Double?
    private(set) var total = 0.0
    /// Handled by the lives that have the metric, up to its last reading there.
    private(set) var events = 0.0
    /// It fell within a life, or was below zero.
    private(set) var looksLikeGauge = false

    /// About so many readings of all lives together are added up; of more, the extremes of each stretch.
    private static let mostReadings = 200_000

    /// Fails if nothing readable was recorded.
    init?(_ name: MetricName, of variant: ObservedVariant, lives recorded: [RecordedLife]) {
        let own = zip(recorded, variant.lives).filter { $0.0.series[name] != nil }
        let stretches = Self.mostReadings / max(1, 2 * own.count)
        var tracks: [(track: Track, end: Double?)] = []
        for (series, life) in own.map({ ($0.0.series[name], $0.1) }) {
            let track = Track(series)
            guard !track.isEmpty else { continue }
            add(track, of: life, finalMoment: variant.finalMoment)
            tracks.append((track.extremes(of: stretches), life.end))
        }
        guard !tracks.isEmpty else { return nil }
        peak = PodSum(tracks).peak ?? 0
    }

    /// What the variant's companion counted, in its one life.
    init?(ofCompanion series: Series, beside variant: ObservedVariant) {
        let track = Track(series)
        guard !track.isEmpty else { return nil }
        note(track)
        events = Double(variant.recorded.ledger.processed)
        end = track.values.last
        peak = track.values.max() ?? 0
    }

    private mutating func add(_ track: Track, of life: Life, finalMoment: Double?) {
        note(track)
        events += track.times.last.map(life.events) ?? 0
        guard let finalMoment, let value = track.value(at: finalMoment) else { return }
        let isThere = life.end.map { finalMoment <= $0 } ?? true
        end = (end ?? 0) + (isThere ? value : 0)
    }

    private mutating func note(_ track: Track) {
        total += track.values.last ?? 0
        looksLikeGauge =
            looksLikeGauge || track.values.contains { $0 < 0 }
            || zip(track.values, track.values.dropFirst()).contains { $0 > $1 }
    }
}
