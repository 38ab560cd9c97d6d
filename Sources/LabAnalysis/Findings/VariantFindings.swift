import LabCore

/// What the pods of a variant, and the companion that they talk to, do besides growing.
///
/// Pods are looked at one by one, and so are the lives of each: a limit is that of one pod, however many there are.
struct VariantFindings: Sendable {
    private let lives: [Life]
    private let predictions: [Prediction]
    private let declared: [MetricName: MetricDescription]
    private let timeScale: Double
    private let settings: AnalysisSettings

    init(
        of lives: [Life],
        predictions: [Prediction] = [],
        declared: [MetricName: MetricDescription] = [:],
        timeScale: Double,
        settings: AnalysisSettings
    ) {
        self.lives = lives.filter { $0.usable != nil }
        self.predictions = predictions.filter(\.value.isFinite)
        self.declared = declared
        self.timeScale = timeScale
        self.settings = settings
    }

    /// At most one for each rule, in their order.
    func findings(for rules: [FindingRule]) -> [Finding] { rules.compactMap(finding) }

    private func finding(for rule: FindingRule) -> Finding? {
        guard var finding = measured(rule), finding.value.isFinite else { return nil }
        if let prediction = prediction(for: rule) {
            let (own, words) = ownShare(of: rule)
            finding.predicted = prediction.value + own
            finding.note = [finding.note, "predicted as \(prediction.note)\(words)"].compactMap(\.self)
                .joined(separator: "; ")
        }
        return finding
    }

    private func prediction(for rule: FindingRule) -> Prediction? {
        predictions.first { $0.kind == rule.kind && $0.metric == rule.metric }
    }

    /// What the level of a pod's heap has in it besides what was predicted: what it held before its first event.
    private func ownShare(of rule: FindingRule) -> (bytes: Double, words: String) {
        let starts = lives.compactMap { life in
            life.firstEvent.flatMap { life[.heap].values(from: life.start, to: $0).last }
        }
        guard rule.kind == .plateau, MetricName(rule.metric) == .heap, let own = median(starts) else {
            return (0, "")
        }
        return (own, "; and \(ByteCount(Int64(own))) that a pod has before its first event")
    }

    private func measured(_ rule: FindingRule) -> Finding? {
        let metric = MetricName(rule.metric)
        let seen = lives.filter { !$0[metric].isEmpty }
        switch rule.kind {
        case .spike: return Spike.finding(rule, in: seen)
        case .stampede, .pileUp: return Crowd.finding(rule, in: seen, settings: settings)
        // Looked for in every run: ``Conduct``, ``UnaskedRises``.
        case .rising, .crashLoop, .oomKills, .stalled, .notDrained: return nil
        case .imbalance: return Imbalance(of: rule.metric, in: lives, declared: declared)?.finding(rule)
        case .plateau:
            let isForetold = prediction(for: rule) != nil
            let levels = shapes(in: seen) {
                Plateau(of: $0, metric: metric, isForetold: isForetold, settings: settings)?.level
            }
            return median(levels).map { Finding(rule, value: $0) }
        case .sawTooth:
            let teeth = shapes(in: seen) { SawTooth(of: $0, metric: metric, settings: settings) }
            let falls = teeth.reduce(0) { $0 + $1.falls }
            return median(teeth.map(\.period)).map { Finding(rule, value: $0 * timeScale, times: falls) }
        }
    }

    /// Of the lives that show it, if at least half of all do.
    private func shapes<Shape>(in lives: [Life], _ shape: (Life) -> Shape?) -> [Shape] {
        let shapes = lives.compactMap(shape)
        return 2 * shapes.count >= lives.count ? shapes : []
    }
}

extension Finding {
    init(
        _ rule: FindingRule,
        value: Double,
        times: Int? = nil,
        rising: Bool? = nil,
        note: String? = nil
    ) {
        self.init(
            kind: rule.kind,
            metric: rule.metric,
            value: value,
            limit: rule.limit,
            times: times,
            rising: rising,
            note: note
        )
    }
}

extension MetricName {
    /// The least change of a level that is more than noise of the harness: bytes, or a count.
    func leastChange(bytes: Double, settings: AnalysisSettings) -> Double {
        isInBytes ? bytes : settings.countFloor
    }
}
