package import LabCore

extension ResultSchema {
    /// The keys below `findings.KIND` of a variant's result, for findings in `unit`.
    ///
    /// The document has a list there; expectations find its items by kind, or by kind and metric.
    package static func findingKeys(in unit: Finding.Unit) -> [Key<Finding>] {
        let unit: ResultUnit =
            switch unit {
            case .bytes: .bytes
            case .seconds: .seconds
            case .ratio, .count: .plain
            }
        return [
            .word("kind", Finding.Kind.allCases.map(\.rawValue)) { $0.kind.rawValue },
            .text("metric") { $0.metric },
            .number("value", unit) { $0.value },
            .number("limit", unit) { $0.limit },
            .number("times", .plain) { $0.times.map(Double.init) },
            .number("predicted", unit) { $0.predicted },
            .word("rising", ["true", "false"]) { $0.rising.map { $0 ? "true" : "false" } },
            .text("note") { $0.note },
            .derivedNumber("ratio") { $0.ratio },
            .derivedFlag("beyond") { $0.isBeyondLimit },
        ]
    }

    /// The keys below `resources.NAME` of a variant's result.
    package static let resourceKeys: [Key<VariantResult.Resource>] =
        [
            .text("name") { $0.name },
            .number("peak", .plain) { $0.peak },
            .number("end", .plain) { $0.end },
        ] + estimateKeys("perEvent", .plain) { $0.perEvent }
        + [.word("verdict", Verdict.allCases.map(\.rawValue)) { $0.verdict.rawValue }]
}
