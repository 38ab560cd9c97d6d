import LabCore

/// Which series of a life are looked at: those of every verdict, and those that a scenario asks for.
struct WatchedMetrics: Sendable, Hashable {
    /// What a scenario looks for, the standard findings included.
    let rules: [FindingRule]
    /// What is judged as tasks are, beginning with what every run judges.
    let resources: [MetricName]
    private let names: Set<MetricName>
    /// Of names before the dot that parts a metric from its members.
    private let families: [String]

    init(findings: [FindingRule] = [], resources: [String] = []) {
        let rules = FindingRule.inEffect(findings).map(\.withFiniteLimit)
        self.rules = rules
        let own = resources.map { MetricName($0) }.filter { !MetricName.standardResources.contains($0) }
        let distinct = own.indices.filter { own.firstIndex(of: own[$0]) == $0 }.map { own[$0] }
        self.resources = MetricName.standardResources + distinct
        names = Set(rules.map { MetricName($0.metric) } + self.resources)
        families = rules.filter { $0.kind == .imbalance }.map { $0.metric + "." }
    }

    /// What every run looks at.
    static let standard = WatchedMetrics()

    func contains(_ metric: MetricName) -> Bool {
        names.contains(metric) || families.contains { metric.rawValue.hasPrefix($0) }
    }
}

extension FindingRule {
    /// Without a limit that is no number, which a damaged recording may have.
    fileprivate var withFiniteLimit: FindingRule {
        FindingRule(kind: kind, metric: metric, limit: limit.flatMap { $0.isFinite ? $0 : nil })
    }
}
