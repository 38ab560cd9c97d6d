import LabCore

/// Which charts a page has, and in which order: what the run is about comes first.
struct PageCharts {
    private let report: RunReport
    private let factory: ChartFactory
    private let watched: [String]

    init(_ report: RunReport) {
        self.report = report
        factory = ChartFactory(report)
        let beyond = report.result.variants.flatMap(\.findings).filter(\.isBeyondLimit).map(\.metric)
        // What is looked for in every run says nothing of this one.
        let asked = report.header.findings.filter { !FindingRule.standard.contains($0) }.map(\.metric)
        watched = asked + report.header.resources + beyond
    }

    /// Marks and steps are the same in all charts.
    var marks: [ChartMark] { factory.chart(.rss).marks }

    var all: [PageChart] {
        let metrics = factory.otherMetrics
        let main = self.main.map { ($0.chart, isWatched($0.metric) ? PageChart.Group.watched : .main) }
        let own = metrics.own.enumerated().map { index, metric in
            let chart = factory.chart(ofIncident: factory.figure(of: metric), index: index)
            return (chart, isWatched(metric.rawValue) ? PageChart.Group.watched : .incident)
        }
        let readings = metrics.process.enumerated().map { index, metric in
            let chart = factory.chart(ofProcess: metric, index: metrics.own.count + index)
            return (chart, isWatched(metric.rawValue) ? PageChart.Group.watched : .more)
        }
        let charts = (main + own + readings).filter { !$0.0.isEmpty }.map { chart, group in
            PageChart(chart, chart.isFlat && group != .watched ? .more : group)
        }
        return [.watched, .main, .incident, .more].flatMap { group in charts.filter { $0.group == group } }
    }

    private var main: [(metric: String, chart: Chart)] {
        let limited = factory.limitedMemory
        let kinds = [limited] + ReportChart.allCases.filter { $0 != limited }
        var charts = kinds.map { (metric: $0.rawValue, chart: factory.chart($0)) }
        let pods = factory.podMemory(during: nil)
        if pods.lines.contains(where: { $0.strands.count > 1 }) { charts.insert(("", pods), at: 1) }
        charts.append(("restarts", factory.restarts))
        return charts
    }

    /// Names of metrics, and of the families that they are members of, such as `requests` of `requests.east`.
    private func isWatched(_ metric: String) -> Bool {
        watched.contains { metric == $0 || metric.hasPrefix("\($0).") }
    }
}

extension ChartFactory {
    /// How often the pods of a variant were started again; empty as long as none was.
    var restarts: Chart {
        let lines = report.recording.variants.map { variant in
            let starts = variant.pods.flatMap { $0.lives.dropFirst().map(\.start) }.sorted()
            var series = Series()
            for (index, time) in starts.enumerated() {
                series.append(Double(index), at: time)
                series.append(Double(index + 1), at: time)
            }
            if !starts.isEmpty { series.append(Double(starts.count), at: max(report.end, starts.last ?? 0)) }
            return ChartLine(name: variant.header.name, style: styles[variant.header.name], series: series)
        }
        return make(
            id: "restarts",
            title: "Restarts",
            subtitle: "Times that pods of a variant were started again, since the start of the run",
            unit: .count,
            lines: lines
        )
    }
}
