import LabCore

/// Descriptors, threads or another resource as a row of the comparison.
struct ResourceFigure: Sendable, Hashable {
    let name: String

    static let groupTitle = "Resources"
    var explanation: String { "Held by all pods at the end; where it leaks, what each event added." }

    /// In the order of the first variant that has them.
    static func all(of variants: [VariantResult]) -> [ResourceFigure] {
        var names: [String] = []
        for resource in variants.flatMap(\.resources) where !names.contains(resource.name) {
            names.append(resource.name)
        }
        return names.map { ResourceFigure(name: $0) }
    }

    /// Such as `14`, and `5,014 · 0.100/event` where it leaks.
    func cell(of variant: VariantResult, ratesIn _: RateUnit?) -> Cell {
        guard let resource = variant.resources.first(where: { $0.name == name }) else {
            return .init(Figure.unknown, .muted)
        }
        let unit = variant.metrics.first { $0.name == name }?.unit ?? .count
        let end = unit.text(resource.end)
        guard resource.verdict == .leaking else { return .init(end) }
        let perEvent =
            resource.perEvent.map { estimate in
                let each = unit == .count ? Figure.perEvent(estimate.estimate) : unit.text(estimate.estimate)
                return " · \(each)/event"
            } ?? ""
        return .init(end + perEvent, .bad)
    }
}
