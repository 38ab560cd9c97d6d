import LabCore

/// One variant in several repetitions of a run: its combined figures and verdict.
struct RepeatedVariant: Sendable {
    /// One repetition's outcome, and what a comparison would know of it.
    struct Part: Sendable {
        var run: RunMeasures
        var result: VariantResult
        var measures: VariantMeasures
    }

    private let parts: [Part]
    private let settings: AnalysisSettings

    init(_ parts: [Part], settings: AnalysisSettings) {
        self.parts = parts
        self.settings = settings
    }

    /// `nil` without repetitions.
    var combined: RepetitionsResult.Variant? {
        guard let first = parts.first?.result else { return nil }
        let verdict = CombinedVerdict(parts.map { $0.vote(settings) }, settings: settings)
        let events = parts.map(\.result.events)
        func sum(_ count: (VariantResult.Events) -> Int?) -> Int? {
            let counts = events.map(count)
            return counts.contains(nil) ? nil : counts.reduce(0) { $0 &+ ($1 ?? 0) }
        }
        return RepetitionsResult.Variant(
            name: first.name,
            role: first.role,
            control: first.control,
            verdict: verdict.verdict,
            flagged: verdict.flagged,
            because: verdict.because + lossSentence,
            lost: sum(\.lost),
            failed: sum(\.failed),
            processed: sum(\.processed),
            figures: ComparedMetric.allCases.filter { !$0.isCount }.compactMap(figure),
            smallestDetectableBytesPerEvent: verdict.smallestDetectable
        )
    }

    private var lossSentence: [String] {
        let losing = parts.filter { ($0.result.events.lost ?? 0) > 0 }
        guard !losing.isEmpty else { return [] }
        let lost = losing.reduce(0) { $0 + ($1.result.events.lost ?? 0) }
        let runs = losing.map(\.run.run).joined(separator: ", ")
        return ["\(grouped(lost)) events were produced and never handled, in \(runs)"]
    }

    /// `nil` where no repetition knows it.
    private func figure(_ metric: ComparedMetric) -> RepeatedFigure? {
        let values = parts.map { $0.value(of: metric) }
        let known = values.compactMap(\.self)
        guard !known.isEmpty else { return nil }
        let mean =
            2 * known.count > values.count ? RepetitionMean(known, confidence: settings.confidence) : nil
        return RepeatedFigure(
            metric,
            estimate: mean?.mean,
            low: (mean?.interval?.low).map { metric.isNeverNegative ? max(0, $0) : $0 },
            high: mean?.interval?.high,
            n: known.count,
            standardDeviation: mean?.standardDeviation,
            values: values.map { $0?.estimate }
        )
    }
}

extension RepeatedVariant.Part {
    /// As the result of the run has it; throughput, which it lacks, as comparisons have it.
    func value(of metric: ComparedMetric) -> RepetitionMean.Value? {
        switch metric {
        case .lost, .failed, .oomKills, .restarts, .resource, .finding, .reported:
            ComparedSide(run: run, variant: measures).value(of: metric)
        case .tasks: result.tasks.perEvent.map(RepetitionMean.Value.init)
        case .heap: result.heap.bytesPerEvent.map(RepetitionMean.Value.init)
        case .rss: result.rss.bytesPerEvent.map(RepetitionMean.Value.init)
        case .charge: result.charge.bytesPerEvent.map(RepetitionMean.Value.init)
        case .timeToOOM: result.timeToOOM.seconds.map { RepetitionMean.Value($0) }
        case .peakRSS: result.rss.peakBytes.map { RepetitionMean.Value($0) }
        case .cpu: result.cpu.secondsPerMillionEvents.map { RepetitionMean.Value($0) }
        case .throughput:
            ComparedSide(run: run, variant: measures).ratio(of: .throughput).map { RepetitionMean.Value($0) }
        case .latencyP50: result.latency.p50Millis.map { RepetitionMean.Value($0) }
        case .latencyP99: result.latency.p99Millis.map { RepetitionMean.Value($0) }
        }
    }

    func vote(_ settings: AnalysisSettings) -> CombinedVerdict.Vote {
        CombinedVerdict.Vote(
            run: run.run,
            verdict: result.verdict,
            flagged: result.flagged,
            isCounted: result.evidence.contains {
                $0.says == Verdict.leaking.rawValue && $0.unit != "B/event"
            },
            heap: heap(settings),
            smallestDetectable: result.smallestDetectableBytesPerEvent
        )
    }

    /// The judged growth of live heap over windows; what a step changes on the way is judged segment by segment.
    private func heap(_ settings: AnalysisSettings) -> RepeatedHeap? {
        let line = result.evidence.first { $0.metric == MetricName.heap.rawValue && $0.windowSeconds != nil }
        guard result.segments.count <= 1, let line, let growth = line.estimate else { return nil }
        return RepeatedHeap(
            growth,
            threshold: line.threshold,
            isPlain: line.says != Verdict.bounded.rawValue || growth.low <= line.threshold,
            lowest: measures.windows.heap,
            settings: settings
        )
    }
}
