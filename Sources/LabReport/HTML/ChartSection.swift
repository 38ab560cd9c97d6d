import LabCore

/// All charts over the same time axis, one below the other.
struct ChartSection {
    let report: RunReport
    private let main: [Chart]
    private let process: [Chart]
    /// Of all charts the same, so that they share their time axis.
    let labelWidth: Double

    init(report: RunReport) {
        self.report = report
        let factory = ChartFactory(report)
        let metrics = factory.otherMetrics
        let other = (metrics.own + metrics.process).enumerated()
            .map { factory.chart(of: $0.element, index: $0.offset) }
        let own = other.prefix(metrics.own.count)
        // How late events are is no matter where nobody was ever late.
        let kinds = ReportChart.allCases.filter { $0 != .age || report.hasLateEvents }
        main = (kinds.map(factory.chart) + own).filter { !$0.isEmpty }
        process = other.dropFirst(metrics.own.count).filter { !$0.isEmpty }
        labelWidth = (main + process).map(ChartLayout.labelWidth).max() ?? 0
    }

    var markup: Markup {
        var content = main.map { ChartFigure(chart: $0, labelWidth: labelWidth).markup }
        if content.isEmpty { content = [tag("p") { "Nothing was recorded." }] }
        if !process.isEmpty {
            content.append(
                tag("details") {
                    tag("summary") { "Threads, descriptors and other readings of the pods" }
                    process.map { ChartFigure(chart: $0, labelWidth: labelWidth).markup }
                }
            )
        }
        return PagePart.section("charts", "Over time", note, content)
    }

    private var note: String {
        var sentences: [String] = []
        if report.timeScale != 1 {
            sentences.append(
                "Time is incident time: \(Figure.number(report.timeScale))× as fast as the clock on the wall."
            )
        }
        if !report.header.phases.isEmpty { sentences.append("Shaded bands are the phases of the load.") }
        if !report.steps.isEmpty {
            sentences.append("Upright lines with names are the steps of the scenario.")
        }
        let rows = main.first?.markRows ?? []
        if rows.contains(where: \.isKill) {
            sentences.append(
                "Crosses below a chart are pods killed at their limit, with their number where they are many."
            )
        }
        if rows.contains(where: { !$0.isKill }) { sentences.append("Triangles are other warnings.") }
        return sentences.joined(separator: " ")
    }
}

/// A chart as a figure of the page: wide and narrow, with a legend for the narrow one.
struct ChartFigure {
    let chart: Chart
    let labelWidth: Double

    var markup: Markup {
        tag("figure", .id("chart-\(chart.id)")) {
            tag("figcaption") {
                tag("h3") { chart.title }
                tag("p", .classes("muted")) { chart.subtitle }
            }
            ChartLayout.Size.allCases.map { SVGChart(chart, size: $0, labelWidth: labelWidth).markup }
            tag("ul", .classes("legend")) {
                chart.lines.filter { !$0.series.finitePoints.isEmpty }.map { line in
                    tag("li") {
                        PagePart.swatch(line.style)
                        tag("span") { EndLabel(line, of: chart).text }
                    }
                }
            }
        }
    }
}

extension RunReport {
    /// Whether a pod was killed, or a variant did not keep up.
    fileprivate var hasLateEvents: Bool {
        result.variants.contains { $0.oomKills > 0 || ($0.lag.worstStatus ?? .ok) > .ok }
    }
}
