import LabCore

/// Makes the lines of a comparison of two variants.
struct LineComparison {
    let base: ComparedSide
    let candidate: ComparedSide
    let tolerances: Tolerances
    let settings: AnalysisSettings

    /// Those that at least one of the two says anything about.
    var lines: [ComparisonResult.Line] {
        ComparedMetric.allCases.filter { base.knows($0) || candidate.knows($0) }.map(line)
    }

    /// What a variant keeps for ever decides: tasks and live heap, resident memory where live heap was not read.
    func decides(_ metric: ComparedMetric) -> Bool {
        switch metric {
        case .lost, .tasks, .heap: true
        case .rss: !base.knows(.heap) && !candidate.knows(.heap)
        default: false
        }
    }

    func line(_ metric: ComparedMetric) -> ComparisonResult.Line {
        var line = ComparisonResult.Line(
            metric,
            tolerance: tolerances[metric].absolute,
            decides: decides(metric),
            method: "exact"
        )
        switch metric {
        case .lost: compareLost(&line)
        case .tasks: compareTasks(&line)
        case .heap, .rss, .charge: compareGrowth(&line)
        case .timeToOOM: compareTimes(&line)
        case .peakRSS: comparePeaks(&line)
        case .cpu, .throughput, .latencyP50, .latencyP99: compareRatio(&line)
        }
        return line
    }

    func tolerance(_ metric: ComparedMetric, at value: Double, least: Double = 0) -> Double {
        tolerances[metric].amount(at: value, least: least)
    }

    private func compareLost(_ line: inout ComparisonResult.Line) {
        guard let before = base.variant.lost, let after = candidate.variant.lost else {
            line.note = Self.missing(base.variant.lost == nil, "does not tell what became of its events")
            return
        }
        let (left, right) = (Double(before), Double(after))
        (line.base, line.candidate) = (left, right)
        line.tolerance = tolerance(.lost, at: left)
        line.effect = Estimate(estimate: right - left, low: right - left, high: right - left)
        line.n = 1
        line.judge()
    }

    private func compareTasks(_ line: inout ComparisonResult.Line) {
        guard let left = base.variant.tasks, let right = candidate.variant.tasks else {
            line.note = Self.missing(base.variant.tasks == nil, "counted no live tasks")
            return
        }
        (line.base, line.candidate) = (left.perEvent.estimate, right.perEvent.estimate)
        let events = min(left.events, right.events)
        line.tolerance = tolerance(
            .tasks,
            at: left.perEvent.estimate,
            least: events > 0 ? settings.countFloor / events : 0
        )
        line.effect = Estimate(
            estimate: right.perEvent.estimate - left.perEvent.estimate,
            low: right.perEvent.low - left.perEvent.high,
            high: right.perEvent.high - left.perEvent.low
        )
        line.n = 1
        line.judge()
    }

    private static func missing(_ isOfBase: Bool, _ what: String) -> String {
        "the \(isOfBase ? "base" : "candidate") \(what)"
    }

    private func compareGrowth(_ line: inout ComparisonResult.Line) {
        let metric = line.metric
        let (left, right) = (base.growth(of: metric), candidate.growth(of: metric))
        (line.base, line.candidate) = (left?.bytesPerEvent?.estimate, right?.bytesPerEvent?.estimate)
        guard let left, let right else {
            line.note = Self.missing(left == nil, "was not measured")
            return
        }
        guard
            let growth = PairedGrowth(
                base: (left, base.lowest(of: metric)),
                candidate: (right, candidate.lowest(of: metric)),
                settings: settings
            )
        else {
            line.note = "there are too few windows"
            return
        }
        (line.effect, line.n, line.method) = (growth.effect, growth.n, growth.method)
        let events = min(left.events, right.events)
        let kept = max(settings.oneOffBytes, left.largestFallBytes, right.largestFallBytes)
        line.tolerance = tolerance(
            metric,
            at: line.base ?? 0,
            least: events > 0 ? kept / events : 0
        )
        line.judge()
    }

    /// Never, within what the run shows, is better than at any time, and two of them are the same.
    private func compareTimes(_ line: inout ComparisonResult.Line) {
        let (left, right) = (base.variant.timeToOOM?.seconds, candidate.variant.timeToOOM?.seconds)
        (line.base, line.candidate) = (left?.estimate, right?.estimate)
        line.method = "from the growth of charge or RSS"
        let isUnclear = [(left, base), (right, candidate)].contains {
            $0.0 == nil ? $0.1.variant.verdict != .bounded : $0.1.variant.verdict != .leaking
        }
        guard !isUnclear else {
            line.note = "a time follows from a clear verdict only"
            return
        }
        switch (left, right) {
        case (nil, nil): line.outcome = .same
        case (nil, _?): line.outcome = .worse
        case (_?, nil): line.outcome = .better
        case (let left?, let right?):
            line.tolerance = tolerance(.timeToOOM, at: left.estimate)
            line.effect = PairedGrowth.difference(left, right)
            line.n = 1
            line.judge()
        }
    }
}

// MARK: - What it costs

extension LineComparison {
    private func compareRatio(_ line: inout ComparisonResult.Line) {
        let metric = line.metric
        guard
            let ratio = PairedRatio(
                base: base.parts(of: metric),
                candidate: candidate.parts(of: metric),
                settings: settings
            )
        else {
            line.note = "both were read in fewer than \(settings.fewestWindows) windows"
            return
        }
        (line.base, line.candidate, line.effect, line.n) = (
            ratio.base, ratio.candidate, ratio.effect, ratio.n
        )
        line.method = "paired windows"
        line.tolerance = tolerance(metric, at: ratio.base)
        allowForMachine(&line)
        keep(&line, within: ratio.range)
        line.judge()
        doubtMachine(&line)
    }

    /// Side by side on one machine, what every single window shows is so: a leak that makes events dearer and dearer gives
    /// windows that repeat each other so much that an interval for their mean says nothing.
    private func keep(_ line: inout ComparisonResult.Line, within range: ClosedRange<Double>) {
        guard base.run.run == candidate.run.run, var effect = line.effect else { return }
        (effect.low, effect.high) = (max(effect.low, range.lowerBound), min(effect.high, range.upperBound))
        line.effect = effect
    }

    /// What depends on the machine says nothing across two kinds of machines, nor across runs of which one was disturbed.
    ///
    /// Since it may be the candidate that disturbs, nobody may release it without knowing.
    func doubtMachine(_ line: inout ComparisonResult.Line) {
        guard line.metric.isOfMachine || line.metric == .peakRSS else { return }
        if line.metric.isOfMachine, let difference = otherMachine {
            line.outcome = .unknown
            line.note = difference
        } else if base.isDisturbed || candidate.isDisturbed {
            line.decides = true
            // Side by side both suffered the same.
            guard base.run.run != candidate.run.run else { return }
            line.outcome = .unknown
            let place = candidate.isDisturbed ? "candidate" : "base"
            line.note =
                "in the run of the \(place) the lab's own producer was late, so the machine was overloaded"
        }
    }

    /// Two runs do not have the same machine beneath them, even on the same hardware.
    ///
    /// How late the lab's producer was, and
    /// what it needed for an event, is no variant's doing: the interval reaches as far as that could explain.
    func allowForMachine(_ line: inout ComparisonResult.Line) {
        guard base.run.run != candidate.run.run, var effect = line.effect else { return }
        if line.metric == .cpu {
            guard base.run.producer.variants == candidate.run.producer.variants,
                let left = base.run.producer.cpuSecondsPerMillionEvents, left > 0,
                let right = candidate.run.producer.cpuSecondsPerMillionEvents, right > 0,
                let needed = line.candidate
            else { return }
            let shift = needed * (left / right - 1)
            if shift < 0 { effect.low += shift } else { effect.high += shift }
        } else {
            effect.low -= candidate.producerDelay(at: line.metric)
            effect.high += base.producerDelay(at: line.metric)
        }
        line.effect = effect
    }

    /// Said of lines that depend on how fast a machine is; `nil` for runs of one kind of machine.
    var otherMachine: String? {
        func processor(_ side: ComparedSide) -> String? {
            side.run.environment.first { $0.label == "processor" }?.value
        }
        guard let left = processor(base), let right = processor(candidate), left != right else { return nil }
        return "the machines differ: \(left), and \(right)"
    }

    /// A peak is one reading: how far such readings scatter is told by the largest readings of the windows, about the line
    /// on which their differences lie.
    private func comparePeaks(_ line: inout ComparisonResult.Line) {
        (line.base, line.candidate) = (base.variant.peakRSSBytes, candidate.variant.peakRSSBytes)
        line.method = "scatter of paired window maxima"
        let pairs = zip(base.variant.windows.rssPeakBytes, candidate.variant.windows.rssPeakBytes)
        let points = pairs.enumerated().compactMap { index, pair in
            pair.0.flatMap { left in pair.1.map { WindowPoint(events: Double(index), bytes: $0 - left) } }
        }
        guard let left = line.base, let right = line.candidate, points.count >= settings.fewestWindows,
            let slope = TheilSen.slope(of: points), let scatter = Self.scatter(of: points, about: slope)
        else {
            line.note = "both were read in fewer than \(settings.fewestWindows) windows"
            return
        }
        let arm = normalQuantile((1 + settings.confidence) / 2) * scatter
        line.effect = Estimate(estimate: right - left, low: right - left - arm, high: right - left + arm)
        line.n = points.count
        line.tolerance = tolerance(.peakRSS, at: left)
        line.judge()
        doubtMachine(&line)
    }

    /// The standard deviation of the points about a line of that slope; `nil` for fewer than three.
    private static func scatter(of points: [WindowPoint], about slope: Double) -> Double? {
        let levels = points.map { $0.bytes - slope * $0.events }
        guard points.count > 2, let level = median(levels) else { return nil }
        let squares = levels.reduce(0) { $0 + ($1 - level) * ($1 - level) }
        let deviation = (squares / Double(points.count - 2)).squareRoot()
        return deviation.isFinite ? deviation : nil
    }
}
