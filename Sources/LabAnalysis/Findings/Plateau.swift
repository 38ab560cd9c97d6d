import LabCore

/// A level that grew by much first and then stayed where it was: the live heap of a cache that is filled and full.
struct Plateau: Sendable, Hashable {
    /// Median of the last third.
    let level: Double

    /// Fails for a life that did not level off, or that memory or an error ended.
    ///
    /// The thirds are those of the events, so that a load that fades away is not taken for a heap that has had enough.
    ///
    /// What `isForetold` counts from the first event on, since it may have been reached before warm-up was over.
    init?(of life: Life, metric: MetricName, isForetold: Bool = false, settings: AnalysisSettings) {
        guard var usable = life.usable, !life.hasCrashed else { return nil }
        if isForetold, let first = life.firstEvent { usable.from = first }
        let stretches = Self.stretches(of: life, metric, in: usable)
        guard stretches.count >= Self.fewestStretches, let start = stretches.first,
            let level = median(Array(stretches.suffix(stretches.count / 3))),
            let low = stretches.suffix(stretches.count / 3).min(),
            let high = stretches.suffix(stretches.count / 3).max()
        else { return nil }
        let growth = level - start
        let leastGrowth = metric.leastChange(bytes: settings.leastRiseBytes, settings: settings)
        guard growth >= max(leastGrowth, level * settings.plateauGrowth),
            high - low <= growth * settings.plateauBand
        else { return nil }
        self.level = level
    }

    /// Of equally many events each.
    private static let mostStretches = 60
    private static let fewestStretches = 15

    /// The median of each; those without a reading are left out.
    private static func stretches(
        of life: Life,
        _ metric: MetricName,
        in usable: Life.Usable
    ) -> [Double] {
        let track = life[metric]
        let (from, to) = (life.events(at: usable.from), life.events(at: usable.to))
        guard to > from else { return [] }
        var readings = [[Double]](repeating: [], count: mostStretches)
        for index in track.firstIndex(from: usable.from)..<track.firstIndex(from: usable.to.nextUp) {
            let share = (life.events(at: track.times[index]) - from) / (to - from)
            readings[min(mostStretches - 1, Int(share * Double(mostStretches)))].append(track.values[index])
        }
        return readings.compactMap(median)
    }
}
