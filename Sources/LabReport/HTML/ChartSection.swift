import LabCore

/// All charts over the same time axis, one below the other.
struct ChartSection {
    let report: RunReport
    private let main: [Chart]
    private let process: [Chart]
    /// Of all charts the same, so that they share their time axis.
    private let labelWidth: Double

    init(report: RunReport) {
        self.report = report
        let factory = ChartFactory(report)
        let metrics = factory.otherMetrics
        let other = (metrics.own + metrics.process).enumerated()
            .map { factory.chart(of: $0.element, index: $0.offset) }
        let own = other.prefix(metrics.own.count)
        main = (ReportChart.allCases.map(factory.chart) + own).filter { !$0.isEmpty }
        process = other.dropFirst(metrics.own.count).filter { !$0.isEmpty }
        labelWidth = (main + process).map(ChartLayout.labelWidth).max() ?? 0
    }

    var markup: Markup {
        var content = main.map { figure($0) }
        if content.isEmpty { content = [tag("p") { "Nothing was recorded." }] }
        if !process.isEmpty {
            content.append(
                tag("details") {
                    tag("summary") { "Threads, descriptors and other readings of the pods" }
                    process.map { figure($0) }
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
        if report.recording.timeline.contains(where: \.isWarning) {
            sentences.append(
                "Crosses below a chart are pods killed at their limit, triangles other warnings."
            )
        }
        return sentences.joined(separator: " ")
    }

    private func figure(_ chart: Chart) -> Markup {
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
