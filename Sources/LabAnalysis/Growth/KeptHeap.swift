import LabCore

/// Live heap between two moments at which a pod had nothing to do: before its first event, and after its last.
///
/// What differs was kept; it is an upper bound of the leak, since it includes all that a life keeps once.
struct KeptHeap: Sendable, Hashable {
    /// Bytes per event: the median over lives, the smallest and the largest.
    var perEvent: Estimate
    /// Bytes per event that are tolerated.
    var threshold: Double
    /// Events handled by one of those lives, median.
    var events: Double
    /// Lives that were seen idle at both ends.
    var lives: Int

    static func over(_ lives: [Life], settings: AnalysisSettings) -> KeptHeap? {
        let kept = lives.compactMap { life -> (perEvent: Double, events: Double)? in
            let heap = life[.heap]
            guard let idleUntil = life.idleUntil, let quiescentFrom = life.quiescentFrom, life.handled > 0,
                let before = heap.minimum(from: -.infinity, to: idleUntil.nextUp)?.value,
                let after = heap.minimum(from: quiescentFrom, to: .infinity)?.value
            else { return nil }
            return ((after - before) / life.handled, life.handled)
        }
        let figures = kept.map(\.perEvent)
        guard let middle = median(figures), let low = figures.min(), let high = figures.max(),
            let events = median(kept.map(\.events))
        else { return nil }
        return KeptHeap(
            perEvent: Estimate(estimate: middle, low: low, high: high),
            threshold: settings.bytesPerEvent,
            events: events,
            lives: kept.count
        )
    }

    var evidence: Evidence {
        Evidence(
            metric: MetricName.heap.rawValue,
            against: "idle before the first event",
            unit: "B/event",
            n: lives,
            windowSeconds: nil,
            estimate: perEvent,
            threshold: threshold,
            says: "reported"
        )
    }
}
