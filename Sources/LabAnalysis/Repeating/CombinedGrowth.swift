import LabCore

/// The growth of one kind of memory over several repetitions.
struct CombinedGrowth: Sendable, Hashable {
    let metric: ComparedMetric
    let against: String
    let mean: RepetitionMean
    /// Robust against one repetition that went astray.
    let median: Double
    let threshold: Double
    private let values: Int

    var low: Double { mean.interval?.low ?? -.infinity }

    /// Those that every repetition tells in the same way; what its interval does not settle in one of them is settled by votes alone.
    static func all(of votes: [CombinedVerdict.Vote], settings: AnalysisSettings) -> [CombinedGrowth] {
        guard let first = votes.first else { return [] }
        return first.signs.compactMap { sign in
            let same = votes.compactMap { vote in
                vote.signs.first { $0.metric == sign.metric && $0.against == sign.against }
            }
            guard same.count == votes.count, same.allSatisfy(\.isPlain),
                let mean = RepetitionMean(
                    same.map { RepetitionMean.Value($0.growth) },
                    confidence: settings.confidence
                ), let middle = LabAnalysis.median(same.map(\.growth.estimate)),
                let threshold = LabAnalysis.median(same.map(\.threshold))
            else { return nil }
            return CombinedGrowth(
                metric: sign.metric,
                against: sign.against,
                mean: mean,
                median: middle,
                threshold: threshold,
                values: same.count
            )
        }
    }

    /// Live heap, or where it was not read RSS and charge, which must agree.
    static func deciding(of growths: [CombinedGrowth]) -> [CombinedGrowth] {
        let heap = growths.filter { $0.metric == .heap }
        return heap.isEmpty ? growths : Array(heap.prefix(1))
    }

    /// As of one run, with Student's quantiles in the place of the normal ones: the leak that is found with the chance
    /// `settings.power`.
    func smallestDetectable(_ settings: AnalysisSettings) -> Double? {
        guard values > 1, let interval = mean.interval else { return nil }
        let student = StudentDistribution(freedom: Double(values - 1))
        let sure = student.quantile((1 + settings.confidence) / 2)
        let likely = student.quantile(settings.power)
        let arm = max(0, mean.mean - interval.low)
        return threshold + arm * (1 + (sure > 0 ? likely / sure : 0))
    }

    /// Such as `heap/event over 5 repetitions: 20.6 KiB (20.5 KiB to 20.7 KiB), threshold 41 B`.
    var sentence: String {
        let title = against == "threshold" ? metric.title : "\(metric.title) against \(against)"
        let interval = mean.interval.map { " (\(metric.text($0.low)) to \(metric.text($0.high)))" } ?? ""
        return "\(title) over \(values) repetitions: \(metric.text(mean.mean))\(interval), threshold "
            + metric.text(threshold)
    }

    var doubt: String {
        "\(metric.title) lies above the threshold in half of the repetitions, and too unevenly to be sure: run longer, or more of them"
    }
}
