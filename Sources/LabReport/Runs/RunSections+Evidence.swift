import LabCore

/// How the verdicts were reached: every measurement with its interval and threshold, and the census.
extension RunSections {
    var evidence: Section {
        let table = Table(
            "Evidence for the verdicts",
            group: "Variant",
            label: "Metric",
            of: result.variants.flatMap { variant in variant.evidence.map { (variant.name, $0) } },
            row: { Row($0.1.metric, of: $0.0, style: styles[$0.0]) },
            [
                .text("Against") { $0.1.against }, .number("n") { grouped($0.1.n) },
                .number("Window") { $0.1.windowText },
                .number("Estimate (interval)") { $0.1.estimateText },
                .number("Threshold") { $0.1.thresholdText },
                .text("Says", tone: { Verdict(rawValue: $0.1.says)?.tone ?? .muted }) { _, evidence in
                    (Verdict(rawValue: evidence.says).map { "\($0.sign) " } ?? "") + evidence.says
                },
            ]
        )
        return Section("evidence", "Evidence", [.table(table)])
            .note(
                "A verdict is an effect size with its confidence interval against a threshold, never a p-value. "
                    + smallest
            )
            .shown(in: .lookUp).folded(in: .pullRequest)
    }

    private var smallest: String {
        let known = result.variants.compactMap { variant in
            variant.smallestDetectableBytesPerEvent.map { "\(variant.name) \(Figure.bytes($0))" }
        }
        guard !known.isEmpty else { return "" }
        return "The smallest leak per event that this run could have seen: \(known.joined(separator: ", "))."
    }

    var census: Section {
        let table = Table(
            "Construction sites",
            group: "Variant",
            label: "Site",
            of: result.variants.flatMap { variant in variant.tasks.sites.map { (variant.name, $0) } },
            row: { Row(Cell($0.1.site, isCode: true), of: $0.0, style: styles[$0.0]) },
            [
                .text("Kind") { $0.1.kind }, .number("Created") { grouped($0.1.created) },
                .count("Live at end", .plain) { $0.1.live },
            ]
        )
        return Section("census", "Census", [.table(table)])
            .note("Tasks and instances by the place in the code that made them.")
            .shown(in: .lookUp).folded(in: .pullRequest)
    }
}
