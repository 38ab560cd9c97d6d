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
