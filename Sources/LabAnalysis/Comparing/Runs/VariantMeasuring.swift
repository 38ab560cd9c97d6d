import LabCore

/// Takes the measures of one variant from its recording.
struct VariantMeasuring {
    private let variant: ObservedVariant
    private let result: VariantResult
    private let grid: MeasuringGrid
    private let settings: AnalysisSettings
    /// Wall seconds since the start of the run in which windows count.
    private let bounds: ClosedRange<Double>

    init(
        _ variant: ObservedVariant,
        result: VariantResult,
        warmUp: WarmUpRule,
        grid: MeasuringGrid,
        settings: AnalysisSettings
    ) {
        self.variant = variant
        self.result = result
        self.grid = grid
        self.settings = settings
        let begin = variant.lives.map(\.start).min() ?? 0
        let settled = warmUp.isFound ? variant.all.pods.compactMap(\.first?.warmUpEnd).max() : nil
        let warm = settled ?? begin + warmUp.given
        let from = max(0, warm, variant.all.firstEvent ?? .infinity)
        bounds = from...max(from, variant.lives.map { $0.end ?? $0.lastSample }.max() ?? 0)
    }

    var measures: VariantMeasures {
        let header = variant.recorded.header
        var measures = VariantMeasures(
            name: header.name,
            role: header.role,
            control: header.isControl,
            summary: header.summary,
            verdict: result.verdict
        )
        measures.take(result)
        measures.tasks = tasks
        measures.heap = variant.all.hasHeap ? growth(of: .heap) : nil
        measures.rss = growth(of: .rss)
        measures.charge = growth(of: .charge)
        measures.timeToOOM = timeToOOM
        measures.peakRSSBytes = result.rss.peakBytes.map { $0.rounded() }
        measures.windows = windows
        measures.allocator = header.allocator
        measures.groupProtocol = header.groupProtocol
        return measures
    }

    private var tasks: VariantMeasures.Count? {
        guard variant.hasOneHandler, variant.all.isLabelled,
            let growth = CountGrowth.over(variant.lives, of: .tasks, settings: settings),
            let perEvent = growth.perEvent
        else { return nil }
        let events = growth.changes.map(\.events).filter { $0 > 0 }.min()
        return VariantMeasures.Count(perEvent: perEvent, events: events ?? 0)
    }

    private func growth(of metric: MetricName) -> VariantMeasures.Growth? {
        guard variant.lives.contains(where: { !$0[metric].isEmpty }) else { return nil }
        let growth =
            variant.hasOneHandler ? Growth.over(variant.lives, of: metric, settings: settings) : nil
        var measured = VariantMeasures.Growth(
            bytesPerEvent: growth?.estimate,
            events: (growth?.events ?? 0).rounded(),
            largestFallBytes: (growth?.largestFall ?? 0).rounded(),
            n: growth?.windows ?? 0
        )
        measured.thresholdBytesPerEvent = growth.map { _ in settings.bytesPerEvent }
        return measured
    }

    /// The time is in inverse proportion to the growth it was told from, and so are the ends of its interval.
    private var timeToOOM: VariantMeasures.TimeToOOM? {
        guard let limit = result.timeToOOM.limitBytes else { return nil }
        let growth = result.charge.bytesPerEvent ?? result.rss.bytesPerEvent
        let seconds = result.timeToOOM.seconds.flatMap { seconds -> Estimate? in
            guard let growth, growth.low > 0, growth.high > 0 else { return nil }
            return Estimate(
                estimate: seconds,
                low: seconds * growth.estimate / growth.high,
                high: seconds * growth.estimate / growth.low
            )
        }
        return VariantMeasures.TimeToOOM(limitBytes: limit, seconds: seconds)
    }
}

extension VariantMeasures {
    /// What a comparison has in common with the report of the same run.
    fileprivate mutating func take(_ result: VariantResult) {
        (flagged, because) = (result.flagged, result.because)
        (processed, lost, failed) = (
            result.events.processed, result.events.lost, result.events.failed
        )
        (oomKills, workerOOMKills) = (result.oomKills, result.workerOOMKills)
        restarts = result.restarts
        (findings, resources) = (result.findings, result.resources)
        let figures = result.metrics.filter { !MetricName($0.name).isOfIncident }.compactMap { metric in
            metric.perEvent.map { (metric.name, $0) }
        }
        reported = figures.isEmpty ? nil : Dictionary(figures) { first, _ in first }
        let decisive = result.evidence.filter { $0.says == Verdict.leaking.rawValue }.map(\.metric)
        leaking = decisive.indices.filter { decisive.firstIndex(of: decisive[$0]) == $0 }.map { decisive[$0] }
        cpuSecondsPerMillionEvents = result.cpu.secondsPerMillionEvents
        (p50Millis, p99Millis) = (result.latency.p50Millis, result.latency.p99Millis)
    }
}

// MARK: - Windows

extension VariantMeasuring {
    private var windows: VariantMeasures.Windows {
        var windows = VariantMeasures.Windows()
        windows.handled = total { $0.events(at: $1) }.map { $0.map { rounded($0, to: 10) } }
        windows.cpuSeconds = total { $0[.cpu].interpolated(at: $1) ?? 0 }.map {
            $0.map { rounded($0, to: 10_000) }
        }
        windows.p50Millis = means(of: .latencyP50)
        windows.p99Millis = means(of: .latencyP99)
        let resident = variant.sum(of: .rss)
        windows.rssPeakBytes = grid.values(within: bounds) { resident.extremes(from: $0, to: $1)?.high.value }
        windows.heap = lowest(of: .heap)
        windows.rss = lowest(of: .rss)
        windows.charge = lowest(of: .charge)
        return windows
    }

    /// What all lives together came to within each window, of something that only rises.
    private func total(_ value: (Life, Double) -> Double) -> [Double?] {
        grid.values(within: bounds) { from, to in
            variant.lives.reduce(0) { $0 + max(0, value($1, to) - value($1, from)) }
        }
    }

    private func means(of metric: MetricName) -> [Double?] {
        let tracks = variant.recorded.pods.flatMap(\.lives).map { Track($0.series[metric]) }
        return grid.values(within: bounds) { from, to in
            let values = tracks.flatMap { $0.values(from: from.nextUp, to: to) }
            return values.isEmpty ? nil : rounded(values.reduce(0, +) / Double(values.count), to: 1_000)
        }
    }

    /// Of pods that were the same all the time, all together.
    private func lowest(of metric: MetricName) -> VariantMeasures.Lowest {
        var lowest = VariantMeasures.Lowest()
        guard variant.isUniform, variant.all.restarts == 0,
            variant.lives.contains(where: { !$0[metric].isEmpty })
        else { return lowest }
        let sum = variant.sum(of: metric)
        let minima = grid.values(within: bounds) { sum.extremes(from: $0, to: $1)?.low }
        lowest.bytes = minima.map { $0?.value.rounded() }
        lowest.events = minima.map { minimum in
            minimum.map { found in
                variant.lives.reduce(0) { $0 + $1.events(at: found.time) }.rounded()
            }
        }
        return lowest
    }
}
