import LabCore

/// One counter or gauge of an incident's own, or one that the lab reports of every pod, as a row of the comparison.
struct MetricFigure: Sendable, Hashable {
    let name: String
    let kind: VariantResult.Metric.Kind
    let unit: MetricUnit

    static let groupTitle = "Of the incident"

    /// By name; of a kind that variants do not agree on, the first one's.
    static func all(of variants: [VariantResult]) -> [MetricFigure] {
        var figures: [String: MetricFigure] = [:]
        for metric in variants.flatMap(\.metrics) where figures[metric.name] == nil {
            figures[metric.name] = MetricFigure(metric)
        }
        return figures.values.sorted { $0.name < $1.name }
    }

    init(_ metric: VariantResult.Metric) {
        name = metric.name
        kind = metric.kind
        unit = metric.unit ?? .count
    }

    var explanation: String {
        if let definition = MetricName(name).definition {
            return "\(definition.explanation). Over all lives, and for each event that they handled."
        }
        return switch kind {
        case .counter: "Counted by the incident: over all lives, and for each event that they handled."
        case .gauge: "A level that the incident reports: all live pods together at most, and at the end."
        }
    }

    var isOfIncident: Bool { MetricName(name).isOfIncident }

    /// The name, as short as the column of a terminal wants it where it is one of the lab's.
    var label: String { MetricName(name).definition?.title.lowercased() ?? name }

    /// Such as `156,323 · 1/event`, and `≤ 312, end 160` for a gauge, in the metric's unit.
    func cell(of variant: VariantResult, ratesIn _: RateUnit?) -> Cell {
        guard let metric = variant.metrics.first(where: { $0.name == name }) else {
            return .init(Figure.unknown, .muted)
        }
        switch kind {
        case .counter:
            guard metric.total != 0 else { return .init("0", .muted) }
            let total = short(metric.total, from: 1e6)
            guard let perEvent = Figure.sane(metric.perEvent), perEvent >= 0.005 else { return .init(total) }
            return .init("\(total) · \(unit == .count ? abbreviated(perEvent) : unit.text(perEvent))/event")
        case .gauge:
            guard metric.peak != 0 || metric.end != 0 else { return .init("0", .muted) }
            return .init("≤ \(short(metric.peak, from: 1e4)), end \(short(metric.end, from: 1e4))")
        }
    }

    /// Counts are abbreviated from `limit` on, so that the columns of a narrow terminal stay side by side.
    private func short(_ value: Double?, from limit: Double) -> String {
        guard unit == .count else { return unit.text(value) }
        guard let value = Figure.sane(value) else { return Figure.unknown }
        return abs(value) < limit ? Figure.number(value) : abbreviated(value)
    }
}
