package import LabCore

/// One line of a chart: a variant's, or the schedule's.
package struct ChartLine: Sendable, Hashable {
    package var name: String
    /// `nil` for a line of reference, such as the target rate: grey and dashed.
    package var style: SeriesStyle?
    package var series: Series

    package init(name: String, style: SeriesStyle?, series: Series) {
        self.name = name
        self.style = style
        self.series = series
    }

    var lineClass: String { style.map { "s\($0.index)" } ?? "reference" }
    var dashes: String? { style.map(\.dashes) ?? "2 4" }
}

/// A stretch of time with a name, drawn behind the lines.
package struct ChartBand: Sendable, Hashable {
    package var name: String
    /// Nanoseconds of wall time.
    package var start: Int64
    package var end: Int64
}

/// An instant worth seeing: a kill, a warning.
package struct ChartMark: Sendable, Hashable {
    package var at: Int64
    /// Says what happened, where a pointer rests on the mark.
    package var text: String
    package var isKill: Bool
    package var style: SeriesStyle?
}

/// A value that must not be exceeded, drawn across the chart.
package struct ChartLimit: Sendable, Hashable {
    package var name: String
    package var value: Double
}
