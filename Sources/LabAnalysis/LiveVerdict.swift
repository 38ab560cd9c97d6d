package import LabCore

/// What the samples of a pod's present life say so far: for the live display, without waiting for the end.
///
/// The same figures as in the result, except that nothing is compared with the control, and that counts take the
/// rule for lives that were not drained. Long series are thinned, so that the cost does not grow with the run.
package struct LiveVerdict: Sendable, Hashable {
    /// Live tasks per event since the end of warm-up; `nil` if there is nothing to tell it from yet.
    package let tasksPerEvent: Double?
    package let heapBytesPerEvent: Double?
    /// `nil` as long as there are too few samples.
    package let verdict: Verdict?

    /// `leaking`, `bounded` or `…`.
    package var word: String { verdict?.rawValue ?? "…" }

    /// - Parameters:
    ///   - series: of one life, so far.
    ///   - start: of the life, nanoseconds of wall time since the start of the run.
    ///   - warmUp: wall seconds that are left out.
    ///   - findsWarmUp: as much more as it took.
    ///   - settings: the same as for the result.
    package init(
        series: [MetricName: Series],
        start: Int64,
        warmUp: Double,
        findsWarmUp: Bool = false,
        settings: AnalysisSettings = .standard
    ) {
        let recorded = RecordedLife(index: 0, pid: 0, start: start, series: series)
        let life = Life(
            recorded,
            warmUp: warmUp,
            findsWarmUp: findsWarmUp,
            settings: settings,
            thinnedTo: Self.samples
        )
        let counts = [MetricName.tasks, .instances, .outliving].compactMap { metric in
            CountGrowth.over([life], of: metric, settings: settings).map { (metric, $0) }
        }
        let hasHeap = life[.heap].values.contains { $0 > 0 }
        let heap = hasHeap ? Growth.over([life], of: .heap, settings: settings) : nil
        tasksPerEvent = counts.first { $0.0 == .tasks }?.1.perEvent?.estimate
        heapBytesPerEvent = heap?.estimate.estimate

        let verdicts = counts.map(\.1.verdict)
        let heapVerdict =
            hasHeap
            ? Courses([life], of: .heap, settings: settings) { life, windows in
                windows.minima(of: life[.heap], in: life)
            }.sign(.heap).verdict : nil
        let hasEnough =
            hasHeap ? heapVerdict == .bounded : !verdicts.isEmpty && !verdicts.contains(.inconclusive)
        if verdicts.contains(.leaking) || heapVerdict == .leaking {
            verdict = .leaking
        } else {
            verdict = hasEnough ? .bounded : nil
        }
    }

    private static let samples = 1_200
}
