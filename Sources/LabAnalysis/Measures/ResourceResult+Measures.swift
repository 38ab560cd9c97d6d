import LabCore

extension VariantResult.Resource {
    /// Fails if it was not recorded.
    init?(_ metric: MetricName, of variant: ObservedVariant, settings: AnalysisSettings) {
        let sum = variant.sum(of: metric)
        guard let peak = sum.peak,
            let growth = CountGrowth.over(variant.lives, of: metric, settings: settings)
        else { return nil }
        self.init(
            name: metric.rawValue,
            peak: peak,
            end: Self.end(of: metric, in: variant),
            perEvent: variant.hasOneHandler ? growth.perEvent : nil,
            verdict: growth.verdict
        )
    }

    /// What the pods that were there at the end held.
    private static func end(of metric: MetricName, in variant: ObservedVariant) -> Double? {
        let ends = variant.survivors.compactMap { $0.final(metric) }
        return ends.isEmpty ? nil : ends.reduce(0, +)
    }
}
