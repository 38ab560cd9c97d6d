import LabCore

/// How the verdicts were reached: every measurement with its interval and threshold, and the census.
extension RunSections {
    var evidence: Section {
        let table = Table(
            "Evidence for the verdicts",
            group: "Variant",
            label: "Metric",
            columns: [Column("Against", .text)]
                + .numbers("n", "Window", "Estimate (interval)", "Threshold") + [Column("Says", .text)],
            rows: result.variants.flatMap { variant in
                variant.evidence.map { evidence in
                    let verdict = Verdict(rawValue: evidence.says)
                    let sign = verdict.map { "\($0.sign) " } ?? ""
                    return Row(
                        evidence.metric,
                        [
                            Cell(evidence.against), Cell(grouped(evidence.n)), Cell(evidence.windowText),
                            Cell(evidence.estimateText), Cell(evidence.thresholdText),
                            Cell(sign + evidence.says, verdict?.tone ?? .muted),
                        ],
                        of: variant.name,
                        style: styles[variant.name]
                    )
                }
            }
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
            columns: [Column("Kind", .text)] + .numbers("Created", "Live at end"),
            rows: result.variants.flatMap { variant in
                variant.tasks.sites.map { site in
                    Row(
                        Cell(site.site, isCode: true),
                        [
                            Cell(site.kind), Cell(grouped(site.created)),
                            Cell(grouped(site.live), site.live == 0 ? .muted : .plain),
                        ],
                        of: variant.name,
                        style: styles[variant.name]
                    )
                }
            }
        )
        return Section("census", "Census", [.table(table)])
            .note("Tasks and instances by the place in the code that made them.")
            .shown(in: .lookUp).folded(in: .pullRequest)
    }
}
