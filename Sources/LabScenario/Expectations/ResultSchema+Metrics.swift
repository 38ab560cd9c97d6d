package import LabCore

extension ResultSchema {
    /// The keys below `metrics.NAME` of a variant's result.
    ///
    /// The document has a list there; expectations find its items by name, which is the incident's own and known only
    /// when a pod has told it.
    package static let metricKeys: [Key<VariantResult.Metric>] = [
        .text("name") { $0.name },
        .word("kind", VariantResult.Metric.Kind.allCases.map(\.rawValue)) { $0.kind.rawValue },
        .word("unit", MetricUnit.allCases.map(\.rawValue)) { $0.unit?.rawValue },
        .number("peak", .plain) { $0.peak },
        .number("end", .plain) { $0.end },
        .number("total", .plain) { $0.total },
        .number("perEvent", .plain) { $0.perEvent },
    ]
}
