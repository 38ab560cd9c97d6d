/// Where the parts of a chart are, in SVG user units.
struct ChartLayout: Sendable, Hashable {
    enum Size: String, CaseIterable {
        /// For screens and paper: lines are labelled at their ends.
        case wide
        /// For telephones: letters stay legible, a legend stands below.
        case narrow
    }

    var width: Double
    var height: Double
    var top: Double
    var bottom: Double
    var left: Double
    var right: Double
    var timeTicks: Int
    var valueTicks: Int
    var labelsEnds: Bool

    /// Average width of a letter of the labels, font size 12.
    static let letterWidth = 6.5
    /// Of the names of phases, font size 11.
    static let smallLetterWidth = 5.7
    static let nameRow = 18.0

    /// Charts below one another share their time axis if they share `labelWidth`, the room at the ends of lines.
    ///
    /// A chart that stands alone takes what its labels need, with `nil`.
    init(_ size: Size, chart: Chart, labelWidth: Double? = nil) {
        let strip = Double(chart.markRows.count) * MarkRow.height
        let head = chart.steps.isEmpty ? 0 : Self.nameRow
        bottom = 28 + strip
        top = (chart.bands.isEmpty ? 10 : 26) + head
        labelsEnds = size == .wide
        switch size {
        case .wide:
            (width, height, left, timeTicks, valueTicks) = (960, 244 + strip + head, 66, 10, 4)
            right = labelWidth ?? Self.labelWidth(chart)
        case .narrow:
            (width, height, left, timeTicks, valueTicks) = (400, 230 + strip + head, 62, 4, 4)
            right = 16
        }
    }

    var plotWidth: Double { width - left - right }
    var plotBottom: Double { height - bottom }
    var plotHeight: Double { height - bottom - top }

    /// What the labels of a chart need.
    static func labelWidth(_ chart: Chart) -> Double {
        let longest = chart.lines.map { EndLabel($0, of: chart).text.count }.max() ?? 0
        return min(260, max(90, Double(longest) * letterWidth + 34))
    }
}

/// The words at the end of a line: whose it is and what it came to.
struct EndLabel: Sendable, Hashable {
    var name: String
    var value: String

    private static let longestName = 24

    init(_ line: ChartLine, of chart: Chart) {
        let name = VisibleText.line(line.name)
        self.name = name.count > Self.longestName ? name.prefix(Self.longestName - 1) + "…" : name
        let points = line.series.finitePoints
        let peak = points.map(\.value).max()
        value =
            chart.labelsPeak
            ? "peak \(chart.unit.text(peak ?? .nan))" : chart.unit.text(points.last?.value ?? .nan)
    }

    var text: String { "\(name) \(value)" }
}
