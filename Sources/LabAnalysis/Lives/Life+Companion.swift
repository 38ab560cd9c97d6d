import LabCore

extension Life {
    /// What a variant's companion told, as a life that began with the first pod and whose events are those that were
    /// produced: the companion knows no others.
    ///
    /// Fails if it told nothing that is looked at, or if nobody knows how many events there were.
    init?(
        companionOf variant: RecordedVariant,
        warmUp: Double,
        settings: AnalysisSettings,
        watched: WatchedMetrics
    ) {
        let told = variant.series.filter { $0.key.isOfIncident && watched.contains($0.key) }
        guard !told.isEmpty, let events = variant.series[.produced] ?? variant.series[.scheduled] else {
            return nil
        }
        let start = variant.pods.flatMap(\.lives).map(\.start).min() ?? 0
        let series = told.merging([.processed: events]) { $1 }
        self.init(
            RecordedLife(index: 0, pid: 0, start: start, series: series),
            warmUp: warmUp,
            settings: settings,
            watched: watched
        )
    }
}
