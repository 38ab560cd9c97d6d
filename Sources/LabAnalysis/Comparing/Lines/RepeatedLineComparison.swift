import LabCore

/// Makes the lines of a comparison in which at least one side is several runs.
///
/// Two variants of the same repetitions are compared repetition by repetition: the mean of the differences has no drift in it that
/// both went through. Otherwise the repetitions of the two sides have nothing to do with each other, and their means are compared
/// by Welch's method. Either way the interval is that of the spread between repetitions, which holds whatever differs from one
/// run to the next.
struct RepeatedLineComparison {
    private let whole: LineComparison
    private let base: [ComparedSide]
    private let candidate: [ComparedSide]
    private let isPaired: Bool

    /// Fails if either side is one run.
    init?(_ whole: LineComparison) {
        guard whole.base.isRepeated || whole.candidate.isRepeated else { return nil }
        self.whole = whole
        isPaired = whole.base.run.run == whole.candidate.run.run
        let (left, right) = (whole.base.parts, whole.candidate.parts)
        guard isPaired else {
            (base, candidate) = (left, right)
            return
        }
        let pairs = left.compactMap { side in
            right.first { $0.run.run == side.run.run }.map { (side, $0) }
        }
        (base, candidate) = (pairs.map(\.0), pairs.map(\.1))
    }

    var lines: [ComparisonResult.Line] {
        let counted = LineComparison.metrics(of: [whole.base, whole.candidate]).filter(\.isOfSum)
        let others = LineComparison.metrics(of: base + candidate)
        return others.filter { !$0.isOfSum || counted.contains($0) }.map(line)
    }

    private func line(_ metric: ComparedMetric) -> ComparisonResult.Line {
        var line = ComparisonResult.Line(
            metric,
            tolerance: whole.tolerances[metric].absolute,
            decides: whole.decides(metric),
            method: "exact"
        )
        if metric.isOfSum {
            line = whole.line(metric)
        } else if isPaired {
            pair(&line)
        } else {
            contrast(&line)
        }
        return line
    }

    // MARK: - The same repetitions

    private func pair(_ line: inout ComparisonResult.Line) {
        let all = zip(base, candidate).map { left, right in
            LineComparison(
                base: left,
                candidate: right,
                tolerances: whole.tolerances,
                settings: whole.settings
            )
            .line(line.metric)
        }
        let known = zip(all, zip(base, candidate)).compactMap { single, sides in
            difference(single, sides.0, sides.1)
        }
        (line.base, line.candidate) = (
            Self.mean(base.map { $0.value(of: line.metric)?.estimate }),
            Self.mean(candidate.map { $0.value(of: line.metric)?.estimate })
        )
        line.n = known.count
        line.method = "Student on \(known.count) paired repetitions"
        line.decides = all.contains(where: \.decides)
        let mean =
            2 * known.count > all.count ? RepetitionMean(known, confidence: whole.settings.confidence) : nil
        guard let effect = mean?.interval else {
            line.tolerance = tolerance(line)
            vote(&line, all)
            return
        }
        conclude(&line, effect)
        line.judge()
    }

    /// Takes the difference for that of logarithms where the line is one of factors.
    private func conclude(_ line: inout ComparisonResult.Line, _ difference: Estimate) {
        line.tolerance = tolerance(line)
        line.effect = difference
        guard isOfFactors(line.metric) else { return }
        guard let left = line.base, let right = line.candidate, left > 0, right > 0 else {
            line.effect = nil
            return
        }
        whole.set(&line, Factor(logs: difference)?.shifted(to: right / left), at: left)
    }

    private func tolerance(_ line: ComparisonResult.Line) -> Double {
        whole.tolerances[line.metric].amount(
            between: line.base ?? 0,
            and: line.candidate ?? 0,
            least: least(line.metric)
        )
    }

    /// Costs, and times, of which every one that is known is above zero.
    private func isOfFactors(_ metric: ComparedMetric) -> Bool {
        !metric.isKept
            && (base + candidate).allSatisfy { side in side.value(of: metric).map { $0.estimate > 0 } ?? true
            }
    }

    /// What one side says by itself: the logarithm where the line is one of factors.
    private func value(of metric: ComparedMetric, in side: ComparedSide) -> RepetitionMean.Value? {
        guard let value = side.value(of: metric), isOfFactors(metric) else { return side.value(of: metric) }
        return logarithm(value.estimate).map { RepetitionMean.Value($0, own: value.own?.logs) }
    }

    /// What one repetition says about the effect: of memory with the interval of its paired windows, of what things cost the bare
    /// difference, whose windows are too few in a short run to tell how far they lie apart.
    private func difference(
        _ line: ComparisonResult.Line,
        _ base: ComparedSide,
        _ candidate: ComparedSide
    ) -> RepetitionMean.Value? {
        if line.metric.isKept { return line.effect.map(RepetitionMean.Value.init) }
        guard let left = value(of: line.metric, in: base), let right = value(of: line.metric, in: candidate)
        else { return nil }
        let own = line.metric == .timeToOOM ? PairedGrowth.difference(left.own, right.own) : nil
        return RepetitionMean.Value(right.estimate - left.estimate, own: own)
    }

    /// Where there is no effect to calculate with, such as a time that is not in sight, more than half must agree.
    private func vote(_ line: inout ComparisonResult.Line, _ all: [ComparisonResult.Line]) {
        let outcomes: [ComparisonOutcome] = [.better, .same, .worse]
        func isMost(_ outcome: ComparisonOutcome) -> Bool {
            2 * all.count { $0.outcome == outcome } > all.count
        }
        guard let most = outcomes.first(where: isMost) else {
            line.note = all.compactMap(\.note).first ?? "most repetitions do not report it"
            return
        }
        line.n = all.count
        line.method = "what most of \(all.count) repetitions say"
        line.outcome = most
    }

    // MARK: - Repetitions of their own

    private func contrast(_ line: inout ComparisonResult.Line) {
        let metric = line.metric
        (line.base, line.candidate) = (
            Self.mean(base.map { $0.value(of: metric)?.estimate }),
            Self.mean(candidate.map { $0.value(of: metric)?.estimate })
        )
        let (left, right) = (
            base.map { value(of: metric, in: $0) }, candidate.map { value(of: metric, in: $0) }
        )
        let known = (left.compactMap(\.self), right.compactMap(\.self))
        if line.metric == .timeToOOM, known.0.isEmpty || known.1.isEmpty {
            let single = whole.line(.timeToOOM)
            (line.outcome, line.note, line.method) = (single.outcome, single.note, single.method)
            return
        }
        line.n = min(known.0.count, known.1.count)
        line.method = "Welch on \(known.0.count) and \(known.1.count) runs"
        guard 2 * known.0.count > left.count, 2 * known.1.count > right.count,
            let effect = RepetitionMean.difference(
                of: known.1,
                from: known.0,
                confidence: whole.settings.confidence
            )
        else {
            line.note = "fewer than half of the runs of a side report it"
            return
        }
        conclude(&line, effect)
        allowForMachine(&line)
        line.judge()
        whole.doubtMachine(&line)
    }

    private func allowForMachine(_ line: inout ComparisonResult.Line) {
        guard line.metric.isOfMachine, let effect = line.effect, let left = line.base,
            let right = line.candidate,
            let factor = Factor(effect, at: left)
        else { return }
        whole.set(&line, whole.allowForMachine(factor, line.metric, left, right), at: left)
    }

    /// What the runs cannot tell from nothing, as for one run.
    private func least(_ metric: ComparedMetric) -> Double {
        let settings = whole.settings
        if metric == .tasks {
            let events = (base + candidate).compactMap { $0.variant.tasks?.events }.min() ?? 0
            return events > 0 ? settings.countFloor / events : 0
        }
        guard let left = whole.base.growth(of: metric), let right = whole.candidate.growth(of: metric) else {
            return 0
        }
        let events = min(left.events, right.events)
        let kept = max(settings.oneOffBytes, left.largestFallBytes, right.largestFallBytes)
        return events > 0 ? kept / events : 0
    }

    private static func mean(_ values: [Double?]) -> Double? {
        let known = values.compactMap(\.self)
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}

extension ComparedSide {
    var isRepeated: Bool { run.repetitions != nil }

    /// The same variant in each of several runs; itself in one.
    var parts: [ComparedSide] {
        guard let repetitions = run.repetitions else { return [self] }
        return repetitions.compactMap { run in
            run.variants.first { $0.name == variant.name }.map { ComparedSide(run: run, variant: $0) }
        }
    }

    /// What one run says about a line, with an interval from within the run where there is one.
    func value(of metric: ComparedMetric) -> RepetitionMean.Value? {
        switch metric {
        case .lost: variant.lost.map { RepetitionMean.Value(Double($0)) }
        case .failed: variant.failed.map { RepetitionMean.Value(Double($0)) }
        case .oomKills: RepetitionMean.Value(Double(variant.oomKills))
        case .restarts: variant.restarts.map { RepetitionMean.Value(Double($0)) }
        case .resource(let name): (resource(name)?.perEvent).map(RepetitionMean.Value.init)
        case .finding(let name): finding(name).map { RepetitionMean.Value($0.value) }
        case .reported(let name): variant.reported?[name.rawValue].map { RepetitionMean.Value($0) }
        case .tasks: variant.tasks.map { RepetitionMean.Value($0.perEvent) }
        case .heap, .rss, .charge: growth(of: metric)?.bytesPerEvent.map(RepetitionMean.Value.init)
        case .timeToOOM: (variant.timeToOOM?.seconds).map(RepetitionMean.Value.init)
        case .peakRSS: variant.peakRSSBytes.map { RepetitionMean.Value($0) }
        case .cpu, .throughput, .latencyP50, .latencyP99: figure(of: metric).map { RepetitionMean.Value($0) }
        }
    }
}

extension ComparedMetric {
    /// Told of all repetitions together, and not from how far they lie apart.
    fileprivate var isOfSum: Bool {
        switch self {
        case .resource, .finding, .reported: true
        default: isCount
        }
    }
}
