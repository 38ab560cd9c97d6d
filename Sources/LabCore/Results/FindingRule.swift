/// What to look for in every variant besides growth, and from where on it flags one.
package struct FindingRule: Codable, Hashable, Sendable {
    package var kind: Finding.Kind
    /// The name of a metric; for `imbalance` what comes before the dot in the names of the members.
    package var metric: String
    /// In the unit of the finding's value; `nil` to tell it without flagging.
    @NullCoded package var limit: Double?

    package init(kind: Finding.Kind, metric: String, limit: Double? = nil) {
        self.kind = kind
        self.metric = metric
        self.limit = limit
    }

    /// What is looked for if nobody asks: the shapes of live heap.
    package static let standard = [
        FindingRule(kind: .plateau, metric: MetricName.heap.rawValue),
        FindingRule(kind: .sawTooth, metric: MetricName.heap.rawValue),
    ]

    /// A scenario's rules, and the standard ones of the kinds that it does not list.
    package static func inEffect(_ listed: [FindingRule]) -> [FindingRule] {
        listed + standard.filter { rule in !listed.contains { $0.kind == rule.kind } }
    }

    /// Such as `plateau-of-heap`: how settings and expectations call it.
    package var name: String { "\(kind.rawValue)-of-\(metric)" }

    package var unit: Finding.Unit { kind.unit(of: MetricName(metric)) }
}

/// What an incident says beforehand that one variant's pods will show, from its code and its load.
package struct Prediction: Codable, Hashable, Sendable {
    package var kind: Finding.Kind
    package var metric: String
    /// In the unit of the finding's value, of one pod.
    package var value: Double
    /// How it was found, as a person would calculate it: `1,000 entries × 572 KiB`.
    package var note: String

    package init(kind: Finding.Kind, metric: String, value: Double, note: String) {
        self.kind = kind
        self.metric = metric
        self.value = value
        self.note = note
    }
}
