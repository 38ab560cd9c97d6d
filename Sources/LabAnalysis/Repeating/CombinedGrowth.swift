import LabCore

/// What live heap says in one repetition.
struct RepeatedHeap: Sendable, Hashable {
    var growth: Estimate
    /// Bytes per event that are no leak.
    var threshold: Double
    /// Its interval tells all: it was not given back when the pod fell idle.
    var isPlain: Bool
    /// By how much faster it grew in the later half of the windows than in the earlier one, bytes per event.
    var bend: Double

    /// Fails with fewer windows than a verdict needs, as where pods were killed, restarted or changed on the way.
    init?(
        _ growth: Estimate,
        threshold: Double,
        isPlain: Bool,
        lowest: VariantMeasures.Lowest,
        settings: AnalysisSettings
    ) {
        let points = zip(lowest.events, lowest.bytes).compactMap { events, bytes in
            events.flatMap { events in bytes.map { WindowPoint(events: events, bytes: $0) } }
        }
        let half = points.count / 2
        guard points.count >= settings.fewestWindows,
            let earlier = TheilSen.slope(of: Array(points.prefix(half))),
            let later = TheilSen.slope(of: Array(points.suffix(half)))
        else { return nil }
        self.init(growth, threshold: threshold, isPlain: isPlain, bend: later - earlier)
    }

    init(_ growth: Estimate, threshold: Double, isPlain: Bool = true, bend: Double = 0) {
        self.growth = growth
        self.threshold = threshold
        self.isPlain = isPlain
        self.bend = bend
    }
}

/// The growth of live heap over several repetitions.
///
/// Its interval takes what parts the repetitions from the true growth for their own: noise that is another one in each. What comes
/// in all of them alike, such as buffers that fill, no mean takes away. It shows as a bend: the heap grows at another pace in
/// the later half than in the earlier one, by more than the repetitions differ in. Then there is no one growth to speak of.
struct CombinedGrowth: Sendable, Hashable {
    let mean: RepetitionMean
    /// Robust against one repetition that went astray.
    let median: Double
    let threshold: Double
    /// No bend, or one that may be noise.
    let isStraight: Bool

    /// Fails unless every repetition tells its growth in the same way.
    init?(_ votes: [CombinedVerdict.Vote], settings: AnalysisSettings) {
        let heaps = votes.compactMap(\.heap)
        guard heaps.count == votes.count, heaps.allSatisfy(\.isPlain),
            let mean = RepetitionMean(
                heaps.map { RepetitionMean.Value($0.growth) },
                confidence: settings.confidence
            ),
            let middle = LabAnalysis.median(heaps.map(\.growth.estimate)),
            let threshold = LabAnalysis.median(heaps.map(\.threshold))
        else { return nil }
        self.mean = mean
        median = middle
        self.threshold = threshold
        let bend = RepetitionMean(heaps.map { .init($0.bend) }, confidence: settings.confidence)?.interval
        isStraight = bend.map { $0.low <= 0 && $0.high >= 0 } ?? false
    }

    /// Even the lower end of the interval lies above the threshold.
    var isLeaking: Bool { isStraight && mean.interval.map { $0.low > threshold } ?? false }

    /// Above the threshold in half of the repetitions, sure or not.
    var isOpen: Bool { isStraight && median > threshold }

    /// As of one run, with Student's quantiles in the place of the normal ones: the leak that is found with the chance
    /// `settings.power`.
    ///
    /// - Returns: `nil` where nothing is found in this way.
    func smallestDetectable(_ settings: AnalysisSettings) -> Double? {
        guard mean.count > 1, isStraight, let interval = mean.interval else { return nil }
        let student = StudentDistribution(freedom: Double(mean.count - 1))
        let sure = student.quantile((1 + settings.confidence) / 2)
        let likely = student.quantile(settings.power)
        let arm = max(0, mean.mean - interval.low)
        return threshold + arm * (1 + (sure > 0 ? likely / sure : 0))
    }

    /// Such as `heap/event over 5 repetitions: 20.6 KiB (20.5 KiB to 20.7 KiB), threshold 41 B`.
    var sentence: String {
        let metric = ComparedMetric.heap
        let interval = mean.interval.map { " (\(metric.text($0.low)) to \(metric.text($0.high)))" } ?? ""
        let bend = isStraight || mean.count < 2 ? "" : "; it is no straight line in any of them"
        return
            "\(metric.title) over \(mean.count) repetitions: \(metric.text(mean.mean))\(interval), threshold "
            + metric.text(threshold) + bend
    }

    /// Why nothing is sure about a growth that is open.
    var doubt: String {
        "\(ComparedMetric.heap.title) lies above the threshold in half of the repetitions, too unevenly to be sure: "
            + "run longer, or more of them"
    }
}
