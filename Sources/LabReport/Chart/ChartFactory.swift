import LabCore

/// Makes charts of a recorded run.
struct ChartFactory {
    let report: RunReport
    private let styles: [String: SeriesStyle]
    private let end: Int64
    private let marks: [ChartMark]

    init(_ report: RunReport) {
        self.report = report
        styles = report.styles
        end = report.end
        marks = Self.marks(report, styles)
    }

    func chart(_ kind: ReportChart) -> Chart {
        var lines = report.recording.variants.map { variant in
            ChartLine(
                name: variant.header.name,
                style: styles[variant.header.name],
                series: series(kind, variant)
            )
        }
        if kind == .rate, let target = report.recording.processes["producer"]?[.targetRate] {
            // Recorded per second of wall time.
            let hourly = target.scaled(by: 3_600 / report.timeScale)
            lines.insert(ChartLine(name: "target", style: nil, series: hourly), at: 0)
        }
        var chart = make(
            id: kind.rawValue,
            title: kind.title,
            subtitle: kind.subtitle,
            unit: kind.unit,
            lines: lines
        )
        if kind == .charge { chart.limits = limits }
        chart.labelsPeak = kind == .lag || kind == .rate
        return chart
    }

    /// A metric that an incident or the process adds: the mean of the live pods, as its unit is not known here.
    func chart(of metric: MetricName, index: Int) -> Chart {
        let lines = report.recording.variants.map { variant in
            let own = variant.series[metric]
            let series = own ?? totals(variant).mean(of: metric)
            return ChartLine(name: variant.header.name, style: styles[variant.header.name], series: series)
        }
        let name = metric.rawValue
        let isOfVariant = report.recording.variants.contains { $0.series[metric] != nil }
        let subtitle = isOfVariant ? "As the variant recorded it" : "Mean of the live pods of a variant"
        return make(id: "metric-\(index)", title: name, subtitle: subtitle, unit: .count, lines: lines)
    }

    /// Metrics besides those of ``ReportChart``: an incident's own, and those the lab reads of every process.
    var otherMetrics: (own: [MetricName], process: [MetricName]) {
        var names: Set<MetricName> = []
        for variant in report.recording.variants {
            names.formUnion(variant.series.keys)
            for life in variant.pods.flatMap(\.lives) { names.formUnion(life.series.keys) }
        }
        let rest = names.subtracting(Self.charted).filter {
            !$0.rawValue.hasPrefix("live:") && !$0.rawValue.hasPrefix("created:")
        }
        return (rest.subtracting(Self.process).sorted(), rest.intersection(Self.process).sorted())
    }

    private static let charted: Set<MetricName> = [
        .rss, .charge, .heap, .tasks, .lag, .processed, .produced, .scheduled, .failed, .cpu, .targetRate,
    ]
    private static let process: Set<MetricName> = [
        .threads, .descriptors, .instances, .outliving, .inFlight, .rebalances, .ready, .heapReadCost,
    ]

    private func make(
        id: String,
        title: String,
        subtitle: String,
        unit: AxisUnit,
        lines: [ChartLine]
    ) -> Chart {
        let bands = report.header.phases.map { ChartBand(name: $0.name, start: $0.start, end: $0.end) }
        return Chart(
            id: id,
            title: title,
            subtitle: subtitle,
            unit: unit,
            lines: lines,
            bands: bands,
            marks: marks,
            end: end,
            timeScale: report.timeScale
        )
    }

    private func totals(_ variant: RecordedVariant) -> PodTotals {
        let interval = report.header.sampleInterval
        let coalescing = interval.isFinite && interval > 0 && interval < 1e6 ? Int64(interval * 5e8) : 0
        return PodTotals(variant: variant, coalescing: coalescing)
    }

    private func series(_ kind: ReportChart, _ variant: RecordedVariant) -> Series {
        switch kind {
        case .rss: totals(variant).sum(of: .rss)
        case .charge: totals(variant).sum(of: .charge)
        case .heap: totals(variant).sum(of: .heap)
        case .tasks: totals(variant).sum(of: .tasks)
        case .lag: variant.series[.lag] ?? Series()
        case .rate:
            totals(variant).cumulative(of: .processed).growth(windows: 150, shortest: 1_000_000_000)
                .scaled(by: 3_600 / report.timeScale)
        }
    }

    /// The limits of all pods of a variant together, each value once.
    private var limits: [ChartLimit] {
        var names: [Double: [String]] = [:]
        for variant in report.recording.variants {
            let known = variant.pods.compactMap(\.memoryLimit)
            guard known.count == variant.pods.count, !known.isEmpty else { continue }
            names[known.reduce(0) { $0 + Double($1) }, default: []].append(variant.header.name)
        }
        return names.sorted { $0.key < $1.key }.map { value, names in
            let owners = names.joined(separator: ", ")
            return ChartLimit(name: owners.count > 48 ? "limit" : "limit of \(owners)", value: value)
        }
    }

    private static func marks(_ report: RunReport, _ styles: [String: SeriesStyle]) -> [ChartMark] {
        var owners: [String: String] = [:]
        for variant in report.recording.variants {
            for pod in variant.pods { owners["pod/\(pod.name)"] = variant.header.name }
        }
        return report.recording.timeline.filter(\.isWarning).map { event in
            ChartMark(
                at: event.at,
                text: "\(event.reason) \(event.object): \(event.message)",
                isKill: event.reason == "OOMKilled",
                style: owners[event.object].flatMap { styles[$0] }
            )
        }
    }
}
