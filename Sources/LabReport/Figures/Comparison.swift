import LabCore

/// A figure that variants are compared by: one row of the comparison.
protocol ComparedFigure {
    /// In every report, and of the original incident's figure that stands beside it.
    var label: String { get }
    /// What a reader cannot see from the label.
    var explanation: String { get }
    /// What a row says of a variant, its rates in the scenario's unit.
    func cell(of variant: VariantResult, ratesIn unit: RateUnit?) -> Cell
}

extension ComparedFigure {
    func cell(of variant: VariantResult) -> Cell { cell(of: variant, ratesIn: nil) }
}

extension ComparisonFigure: ComparedFigure {
    package var label: String { rawValue }
}

extension ResourceFigure: ComparedFigure {
    var label: String { name }
}

extension MetricFigure: ComparedFigure {}

/// The variants of a run side by side.
struct Comparison {
    let variants: [VariantResult]
    private let original: [String: String]
    private let rateUnit: RateUnit?

    init(_ report: RunReport) {
        rateUnit = report.rateUnit
        variants = report.result.variants
        original = Dictionary(report.original.map { ($0.label, $0.value) }) { first, _ in first }
    }

    /// Groups of figures that some variant has.
    var groups: [(title: String, figures: [any ComparedFigure])] {
        let fixed = ComparisonFigure.groups.map { title, figures in
            (title, figures.filter { $0.isKnown(of: variants) } as [any ComparedFigure])
        }
        let metrics = MetricFigure.all(of: variants)
        let own: [(String, [any ComparedFigure])] = [
            (
                ResourceFigure.groupTitle,
                ResourceFigure.all(of: variants) + metrics.filter { !$0.isOfIncident }
            ),
            (MetricFigure.groupTitle, metrics.filter(\.isOfIncident)),
        ]
        return fixed + own.filter { !$0.1.isEmpty }
    }

    func table(_ styles: [String: SeriesStyle]) -> Table {
        let rows = groups.enumerated().flatMap { index, group in
            group.figures.map { row($0, of: group.title, isFirst: index == 0) }
        }
        let hasOriginal = rows.contains { !($0.cells.last?.text ?? "").isEmpty }
        let columns = variants.map { Column($0.name, .number, style: styles[$0.name], isCode: true) }
        return Table(
            "Comparison of the variants",
            label: "",
            columns: columns + (hasOriginal ? [Column("original", .number, isSpare: true)] : []),
            rows: variants.isEmpty
                ? []
                : rows.map { row in
                    var row = row
                    if !hasOriginal { row.cells.removeLast() }
                    return row
                }
        )
    }

    /// The original incident's figure comes last.
    ///
    /// The first group needs no heading, as it follows the names of the variants, and is not seen where the verdicts are a table.
    private func row(_ figure: any ComparedFigure, of group: String, isFirst: Bool) -> Row {
        let own = variants.map { figure.cell(of: $0, ratesIn: rateUnit) }
        let cells = own + [Cell(original[figure.label] ?? "", .muted)]
        var row = Row(figure.label, cells, of: isFirst ? "" : group)
        row.explanation = figure.explanation
        if isFirst { row.shown = [.terminal, .page] }
        return row
    }
}

extension RunReport {
    /// Figures of the original incident that belong to no row of the comparison.
    var otherOriginal: [LabelledValue] {
        let own = Set(MetricFigure.all(of: result.variants).map(\.name))
        return original.filter { ComparisonFigure(rawValue: $0.label) == nil && !own.contains($0.label) }
    }
}
