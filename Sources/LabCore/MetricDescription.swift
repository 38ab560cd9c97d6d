/// What a metric's readings are in.
package enum MetricUnit: String, Sendable, Hashable, Codable, CaseIterable {
    case count
    case bytes
    case nanoseconds
    case microseconds
    case milliseconds
    case seconds
}

/// What a metric's readings mean, as the page said that they come from.
package struct MetricDescription: Sendable, Hashable {
    package var kind: VariantResult.Metric.Kind
    package var unit: MetricUnit

    package init(kind: VariantResult.Metric.Kind, unit: MetricUnit) {
        self.kind = kind
        self.unit = unit
    }
}

extension MetricDescription {
    /// Of what the lab reads of processes from outside or counts itself; no page tells it.
    package static let ofLab: [MetricName: MetricDescription] = [
        .rss: .init(kind: .gauge, unit: .bytes),
        .charge: .init(kind: .gauge, unit: .bytes),
        .threads: .init(kind: .gauge, unit: .count),
        .descriptors: .init(kind: .gauge, unit: .count),
        .cpu: .init(kind: .counter, unit: .seconds),
        .processes: .init(kind: .gauge, unit: .count),
        .processesUnread: .init(kind: .gauge, unit: .count),
        .produced: .init(kind: .counter, unit: .count),
        .scheduled: .init(kind: .counter, unit: .count),
        .lag: .init(kind: .gauge, unit: .count),
        .lagStatus: .init(kind: .gauge, unit: .count),
        .targetRate: .init(kind: .gauge, unit: .count),
        .latencyP50: .init(kind: .gauge, unit: .milliseconds),
        .latencyP99: .init(kind: .gauge, unit: .milliseconds),
    ]
}
