import LabCore

/// A recorded variant with its lives made ready for arithmetic.
struct ObservedVariant: Sendable {
    let recorded: RecordedVariant
    let lives: [Life]
    /// Pods whose last life was still going on, or ended by itself, when the run ended.
    let survivors: [Life]
    /// The last instant at which all survivors were still there, wall seconds since the start of the run.
    let finalMoment: Double?

    init(_ variant: RecordedVariant, of run: RecordedRun, settings: AnalysisSettings) {
        recorded = variant
        let pods = variant.pods.map { pod in
            pod.lives.map { Life($0, warmUp: run.header.warmUp, settings: settings) }
        }
        lives = pods.flatMap(\.self)
        survivors = pods.compactMap(\.last).filter { !$0.wasKilled }
        // Pods that were scaled away earlier completed before production ended.
        let productionEnd = run.productionEnded.map { Double($0) / 1e9 } ?? -.infinity
        let atTheEnd = survivors.map(\.lastSample).filter { $0 >= productionEnd }
        finalMoment = atTheEnd.min() ?? lives.map(\.lastSample).max()
    }

    /// Labelled sites were seen, so that a count of zero says that nothing lives.
    var isLabelled: Bool { lives.contains { !$0.sites.isEmpty } }

    /// Live heap was read: an allocator that the reading does not cover gives nothing, or zero.
    var hasHeap: Bool { lives.contains { $0[.heap].values.contains { $0 > 0 } } }

    func sum(of metric: MetricName) -> PodSum { PodSum(lives.map { ($0[metric], $0.end) }) }

    /// When the first event was first seen to be handled by any pod.
    var firstEvent: Double? { lives.compactMap(\.firstEvent).min() }
}
