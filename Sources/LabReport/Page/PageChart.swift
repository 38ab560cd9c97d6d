import LabCore

/// One chart as a page draws it, its readings thinned to what the page can show.
package struct PageChart: Sendable, Hashable, Encodable {
    /// Where it stands on the page.
    package enum Group: String, Sendable, Hashable, Encodable {
        /// The scenario, or a finding beyond its limit, asks about it: it comes first.
        case watched
        case main
        /// The incident's own.
        case incident
        /// Readings of the processes, and what is zero throughout: folded.
        case more
    }

    struct Line: Sendable, Hashable, Encodable {
        var name: String
        /// Of ``SeriesStyle``; `nil` for a line of reference.
        var style: Int?
        var points: String
        /// One text for each line of the variant's own, drawn thin instead of `points`.
        var strands: [String]
    }

    struct Limit: Sendable, Hashable, Encodable {
        var name: String
        var value: Double
        /// Wall seconds; `nil` for the chart's ends.
        var from: Double?
        var to: Double?
    }

    package var id: String
    var title: String
    var subtitle: String
    package var group: Group
    /// Of ``AxisUnit``.
    var unit: String
    var lines: [Line]
    var limits: [Limit]
    /// Whether the largest value of a line counts rather than its last.
    var labelsPeak: Bool
    /// The chart in words, for those who cannot see it.
    var summary: String

    /// Of each line, at two readings each.
    private static let columns = 200
    /// Of all strands of a variant together.
    private static let strandColumns = 1_500

    init(_ chart: Chart, _ group: Group) {
        id = chart.id
        title = chart.title
        subtitle = chart.subtitle
        self.group = group
        unit = chart.unit.rawValue
        labelsPeak = chart.labelsPeak
        summary = chart.summary
        limits = chart.limits.map {
            Limit(
                name: $0.name,
                value: $0.value,
                from: $0.from.map(Self.seconds),
                to: $0.to.map(Self.seconds)
            )
        }
        lines = chart.lines.map { line in
            let columns = max(12, Self.strandColumns / max(1, line.strands.count))
            return Line(
                name: line.name,
                style: line.style?.index,
                points: PagePoints.text(line.series.reduced(to: Self.columns)),
                strands: line.strands.map { PagePoints.text($0.reduced(to: min(Self.columns, columns))) }
            )
        }
    }

    static func seconds(_ time: Int64) -> Double { Double(time / 1_000_000) / 1_000 }
}
