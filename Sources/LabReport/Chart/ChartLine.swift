import LabCore

/// One line of a chart: a variant's, or the schedule's.
struct ChartLine: Sendable, Hashable {
    var name: String
    /// `nil` for a line of reference, such as the target rate: grey and dashed.
    var style: SeriesStyle?
    var series: Series
    /// What is drawn instead of `series`, thin, where one variant has many lines of its own: one for each life of a pod.
    var strands: [Series] = []

    init(name: String, style: SeriesStyle?, series: Series) {
        self.name = name
        self.style = style
        self.series = series
    }

    var lineClass: String { style.map { "s\($0.index)" } ?? "reference" }
    var dashes: String? { style.map(\.dashes) ?? "2 4" }
}

/// A stretch of time with a name, drawn behind the lines.
struct ChartBand: Sendable, Hashable {
    var name: String
    /// Nanoseconds of wall time.
    var start: Int64
    var end: Int64
}

/// An instant worth seeing: a kill, a warning.
struct ChartMark: Sendable, Hashable {
    var at: Int64
    /// Says what happened, where a pointer rests on the mark.
    var text: String
    var isKill: Bool
    var style: SeriesStyle?
}

/// A value that must not be exceeded, drawn across the chart or a stretch of it.
struct ChartLimit: Sendable, Hashable {
    var name: String
    var value: Double
    /// Nanoseconds of wall time; `nil` for the chart's end.
    var from: Int64?
    var to: Int64?
}
