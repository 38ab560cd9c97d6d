import LabCore

/// Makes charts of a recorded run.
struct ChartFactory {
    let report: RunReport
    let styles: [String: SeriesStyle]
    private let end: Int64
    private let marks: [ChartMark]
    private let steps: [ChartStep]

    init(_ report: RunReport) {
        self.report = report
        styles = report.styles
        end = report.end
        marks = Self.marks(report, styles)
        steps = report.steps
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
        if kind == limitedMemory { chart.limits = limits(reachedBy: lines, ofOnePod: false) }
        chart.labelsPeak = [.lag, .age, .rate].contains(kind)
        return chart
    }

    /// The memory of each life of each pod against the limit of one pod; waves that are lost in the sum are plain here.
    ///
    /// Of one phase only, or of the whole run if `phase` is `nil`.
    func podMemory(during phase: PhaseHeader?) -> Chart {
        let metric: MetricName = limitedMemory == .charge ? .charge : .rss
        let what = metric == .charge ? "Memory charge of each pod" : "Resident memory of each pod"
        let lines = report.recording.variants.map { variant in
            var line = ChartLine(
                name: variant.header.name,
                style: styles[variant.header.name],
                series: totals(variant).mean(of: metric).during(phase)
            )
            line.strands = variant.pods.flatMap(\.lives).compactMap { $0.series[metric]?.during(phase) }
            return line
        }
        var chart = make(
            id: phase == nil ? "pod-memory" : "idle-memory",
            title: phase.map { "\(what) during “\($0.name)”" } ?? what,
            subtitle: "A thin line for each life of each pod; labels tell the mean of the pods at the end",
            unit: .bytes,
            lines: lines
        )
        chart.limits = limits(reachedBy: lines, ofOnePod: true)
        guard let phase else { return chart }
        chart.start = max(0, phase.start)
        chart.end = phase.end
        chart.bands = []
        chart.limits = chart.limits.filter { $0.overlaps(phase) }
        chart.steps = chart.steps.filter { phase.start < $0.at && $0.at < phase.end }
        chart.marks = chart.marks.filter { phase.start <= $0.at && $0.at <= phase.end }
        return chart
    }

    /// How a limit counts memory; without a cgroup a watchdog reads RSS.
    private var limitedMemory: ReportChart {
        let lives = report.recording.variants.flatMap(\.pods).flatMap(\.lives)
        return lives.contains { !($0.series[.charge]?.isEmpty ?? true) } ? .charge : .rss
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
        .lagStatus,
    ]
    private static let process: Set<MetricName> = [
        .threads, .descriptors, .instances, .outliving, .inFlight, .rebalances, .ready, .heapReadCost,
        .assigned, .rebalanceStall,
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
            steps: steps,
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
        case .age: variant.eventAge.scaled(by: report.timeScale)
        case .rate:
            totals(variant).cumulative(of: .processed).growth(windows: 150, shortest: 1_000_000_000)
                .scaled(by: 3_600 / report.timeScale)
        }
    }
}
