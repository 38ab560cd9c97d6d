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
            subtitle: "A thin line for each life of each pod; labels show the mean of the pods at the end",
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
    var limitedMemory: ReportChart {
        let lives = report.recording.variants.flatMap(\.pods).flatMap(\.lives)
        return lives.contains { !($0.series[.charge]?.isEmpty ?? true) } ? .charge : .rss
    }

    /// A metric that the lab reads of every pod: the mean of the live pods, or how fast a counter grows.
    func chart(ofProcess metric: MetricName, index: Int) -> Chart {
        guard metric.definition?.chart != .growth else {
            return chart(ofCounter: metric, isInBytes: metric.isInBytes, index: index)
        }
        return chart(of: metric, index: index, subtitle: "Mean of the live pods of a variant", unit: .count) {
            totals($0).mean(of: metric)
        }
    }

    /// A metric of an incident's own: how fast a counter grows, how much a gauge is in all live pods together.
    func chart(ofIncident figure: MetricFigure, index: Int) -> Chart {
        let metric = MetricName(figure.name)
        switch figure.kind {
        case .gauge:
            let subtitle = "All live pods of a variant together"
            let axis: AxisUnit =
                figure.unit == .bytes ? .bytes : figure.unit == .count ? .count : .milliseconds
            return chart(of: metric, index: index, subtitle: subtitle, unit: axis) {
                ($0.series[metric] ?? totals($0).sum(of: metric)).scaled(by: figure.unit.milliseconds ?? 1)
            }
        case .counter: return chart(ofCounter: metric, isInBytes: figure.unit == .bytes, index: index)
        }
    }

    private func chart(ofCounter metric: MetricName, isInBytes: Bool, index: Int) -> Chart {
        let subtitle =
            "How \(isInBytes ? "much" : "many") per hour of incident time, all live pods of a variant together"
        let axis: AxisUnit = isInBytes ? .bytesPerHour : .eventsPerHour
        var chart = chart(of: metric, index: index, subtitle: subtitle, unit: axis) {
            hourlyGrowth(of: metric, in: $0)
        }
        chart.labelsPeak = true
        return chart
    }

    /// What ``chart(named:)`` knows of the run.
    var names: [String] {
        let metrics = otherMetrics
        return ReportChart.allCases.filter { !chart($0).isEmpty }.map(\.rawValue)
            + (metrics.own + metrics.process).map(\.rawValue)
    }

    /// - Returns: `nil` if nothing of that name was recorded.
    func chart(named name: String) -> Chart? {
        let metric = MetricName(name)
        let metrics = otherMetrics
        let chart: Chart? =
            if let kind = ReportChart(rawValue: name) {
                chart(kind)
            } else if metrics.own.contains(metric) {
                chart(ofIncident: figure(of: metric), index: 0)
            } else if metrics.process.contains(metric) {
                chart(ofProcess: metric, index: 0)
            } else {
                nil
            }
        return chart.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What an incident's metric is; a gauge if the result does not tell.
    func figure(of metric: MetricName) -> MetricFigure {
        let found = report.result.variants.flatMap(\.metrics).first { $0.name == metric.rawValue }
        return MetricFigure(found ?? .init(name: metric.rawValue, kind: .gauge, peak: 0))
    }

    private func chart(
        of metric: MetricName,
        index: Int,
        subtitle: String,
        unit: AxisUnit,
        _ series: (RecordedVariant) -> Series
    ) -> Chart {
        let lines = report.recording.variants.map { variant in
            ChartLine(name: variant.header.name, style: styles[variant.header.name], series: series(variant))
        }
        return make(
            id: "metric-\(index)",
            title: metric.definition?.title ?? metric.rawValue,
            subtitle: subtitle,
            unit: unit,
            lines: lines
        )
    }

    /// Metrics besides those of ``ReportChart``: an incident's own, and those the lab reads of every process.
    var otherMetrics: (own: [MetricName], process: [MetricName]) {
        var names: Set<MetricName> = []
        for life in report.recording.variants.flatMap(\.pods).flatMap(\.lives) {
            names.formUnion(life.series.keys)
        }
        // Those of the variants' companions.
        for variant in report.recording.variants {
            names.formUnion(variant.series.keys.filter(\.isOfIncident))
        }
        let process = names.filter { [.mean, .growth].contains($0.definition?.chart) }
        return (names.filter(\.isOfIncident).sorted(), process.sorted())
    }

    func make(
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
            subtitle: report.recording.isCutOff
                ? "Partial, since the lab ended first. \(subtitle)" : subtitle,
            unit: unit,
            lines: lines,
            bands: bands,
            marks: marks,
            steps: steps,
            end: end,
            timeScale: report.timeScale
        )
    }

    func totals(_ variant: RecordedVariant) -> PodTotals {
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
        case .rate: hourlyGrowth(of: .processed, in: variant)
        }
    }

    /// How fast a counter of all pods together grows, per hour of incident time.
    private func hourlyGrowth(of counter: MetricName, in variant: RecordedVariant) -> Series {
        (variant.series[counter] ?? totals(variant).cumulative(of: counter)).growth(
            windows: 150,
            shortest: 1_000_000_000
        )
        .scaled(by: 3_600 / report.timeScale)
    }
}
