package import LabCore

/// The variants of a run side by side: the one table that all reports show.
package struct Comparison: Sendable, Hashable {
    package struct Cell: Sendable, Hashable {
        package var text: String
        package var tone: Tone

        package init(_ text: String, _ tone: Tone = .plain) {
            self.text = text
            self.tone = tone
        }
    }

    package struct Row: Sendable, Hashable {
        package var label: String
        /// What a reader cannot see from the label.
        package var explanation: String
        /// One for each variant.
        package var cells: [Cell]
        /// The same figure in the original incident.
        package var original: String?
    }

    package struct Group: Sendable, Hashable {
        package var title: String
        package var rows: [Row]
    }

    package var variants: [VariantResult]
    package var groups: [Group]

    package init(_ report: RunReport) {
        variants = report.result.variants
        let original = Dictionary(report.original.map { ($0.label, $0.value) }) { first, _ in first }
        groups = ComparisonFigure.groups.map { [variants] title, figures in
            let rows = figures.filter { $0.isKnown(of: variants) }.map { figure in
                Row(
                    label: figure.rawValue,
                    explanation: figure.explanation,
                    cells: variants.map { figure.cell(of: $0) },
                    original: original[figure.rawValue]
                )
            }
            return Group(title: title, rows: rows)
        }
        let resources = ResourceFigure.all(of: variants).map { [variants] figure in
            Row(
                label: figure.name,
                explanation: ResourceFigure.explanation,
                cells: variants.map { figure.cell(of: $0) },
                original: original[figure.name]
            )
        }
        func rows(ofIncident: Bool) -> [Row] {
            MetricFigure.all(of: variants).filter { $0.isOfIncident == ofIncident }.map { figure in
                Row(
                    label: figure.label,
                    explanation: figure.explanation,
                    cells: variants.map { figure.cell(of: $0) },
                    original: original[figure.name]
                )
            }
        }
        for (title, rows) in [
            (ResourceFigure.groupTitle, resources + rows(ofIncident: false)),
            (MetricFigure.groupTitle, rows(ofIncident: true)),
        ] where !rows.isEmpty {
            groups.append(Group(title: title, rows: rows))
        }
    }

    /// Whether any row has a figure of the original incident.
    package var hasOriginal: Bool { groups.contains { $0.rows.contains { $0.original != nil } } }
}

extension RunReport {
    /// Figures of the original incident that belong to no row of the comparison.
    var otherOriginal: [LabelledValue] {
        let own = Set(MetricFigure.all(of: result.variants).map(\.name))
        return original.filter { ComparisonFigure(rawValue: $0.label) == nil && !own.contains($0.label) }
    }
}
