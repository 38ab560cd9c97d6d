import LabCore

/// All charts over the same time axis, one below the other.
struct ChartSection {
    let report: RunReport
    private let main: [Chart]
    /// Of metrics that the scenario sets limits to.
    private let limited: [Chart]
    /// Of the incident's other metrics.
    private let own: [Chart]
    private let process: [Chart]
    /// Of all charts the same, so that they share their time axis.
    let labelWidth: Double

    /// More charts of an incident's own metrics are folded away.
    private static let mostUnfolded = 4

    init(report: RunReport) {
        self.report = report
        let factory = ChartFactory(report)
        let metrics = factory.otherMetrics
        let incident = metrics.own.enumerated().map { index, metric in
            (metric, factory.chart(ofIncident: factory.figure(of: metric), index: index))
        }.filter { !$0.1.isEmpty }
        let readings = metrics.process.enumerated().map { index, metric in
            (metric, factory.chart(ofProcess: metric, index: metrics.own.count + index))
        }.filter { !$0.1.isEmpty }
        let isLimited = report.hasLimit(for:)
        limited = (incident + readings).filter { isLimited($0.0) }.map(\.1)
        own = incident.filter { !isLimited($0.0) }.map(\.1)
        process = readings.filter { !isLimited($0.0) }.map(\.1)
        // How late events are is no matter where nobody was ever late.
        let shown = ReportChart.allCases.filter { $0 != .age || report.hasLateEvents }
        main = shown.map(factory.chart).filter { !$0.isEmpty }
        labelWidth = (main + limited + own + process).map(ChartLayout.labelWidth).max() ?? 0
    }

    var markup: Markup {
        let isOwnFolded = own.count > Self.mostUnfolded
        var content = figures(main + limited + (isOwnFolded ? [] : own))
        if content.isEmpty { content = [tag("p") { "Nothing was recorded." }] }
        if isOwnFolded {
            let what = "What the incident \(limited.isEmpty ? "itself counts" : "counts besides")"
            content.append(folded("\(what), in \(own.count) charts", own))
        }
        if !process.isEmpty {
            content.append(folded("Threads, descriptors and other readings of the pods", process))
        }
        return PagePart.section("charts", "Over time", note, content)
    }

    private func folded(_ summary: String, _ charts: [Chart]) -> Markup {
        tag("details") {
            tag("summary") { summary }
            figures(charts)
        }
    }

    private func figures(_ charts: [Chart]) -> [Markup] {
        charts.map { ChartFigure(chart: $0, labelWidth: labelWidth).markup }
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
    /// Whether the scenario sets a limit to the metric or to the family that it is a member of, such as `requests.`.
    fileprivate func hasLimit(for metric: MetricName) -> Bool {
        let names = header.findings.filter { $0.limit != nil }.map(\.metric) + header.resources
        return names.contains { metric.rawValue == $0 || metric.rawValue.hasPrefix("\($0).") }
    }

    /// Whether a pod was killed, or a variant did not keep up.
    fileprivate var hasLateEvents: Bool {
        result.variants.contains { $0.oomKills > 0 || ($0.lag.worstStatus ?? .ok) > .ok }
    }
}
