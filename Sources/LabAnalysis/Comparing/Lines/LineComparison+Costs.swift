import LabCore

// What a variant costs, as factors between two figures that are above zero.

extension LineComparison {
    /// The factor as an effect on a base, with the tolerance as a factor too: whichever of the two is the base, the outcome is the same.
    func set(_ line: inout ComparisonResult.Line, _ factor: Factor?, at base: Double) {
        line.effect = factor?.effect(at: base)
        if let factor { setTolerance(&line, between: base, and: base * factor.estimate) }
    }

    private func setTolerance(
        _ line: inout ComparisonResult.Line,
        between base: Double,
        and candidate: Double
    ) {
        guard base > 0, candidate > 0 else { return }
        let tolerated = tolerances[line.metric].factor(between: base, and: candidate)
        (line.tolerance, line.toleranceBelow) = (base * (tolerated - 1), base * (1 - 1 / tolerated))
    }

    /// The figures are those of the report, over the whole run; how surely they differ is told by the windows that both have.
    func compareRatio(_ line: inout ComparisonResult.Line) {
        let metric = line.metric
        (line.base, line.candidate) = (base.figure(of: metric), candidate.figure(of: metric))
        line.method = "paired windows"
        guard
            let windows = PairedRatio(
                base: base.parts(of: metric),
                candidate: candidate.parts(of: metric),
                settings: settings
            )
        else {
            setTolerance(&line, between: line.base ?? 0, and: line.candidate ?? 0)
            line.note = "both were read in fewer than \(settings.fewestWindows) windows"
            return
        }
        line.n = windows.n
        if let factor = windows.factor, let left = line.base, let right = line.candidate, left > 0, right > 0
        {
            setRatio(&line, keep(factor, within: windows.range), from: left, to: right)
        } else {
            (line.base, line.candidate, line.effect) = (windows.base, windows.candidate, windows.effect)
            line.tolerance = tolerances[metric].amount(between: windows.base, and: windows.candidate)
        }
        line.judge()
        doubtMachine(&line)
    }

    private func setRatio(
        _ line: inout ComparisonResult.Line,
        _ seen: Factor,
        from left: Double,
        to right: Double
    ) {
        let allowed = allowForMachine(seen, line.metric, left, right)
        let factor = allowed.moved(to: right / left)
        set(&line, factor, at: left)
        guard factor.low < allowed.low || factor.high > allowed.high else { return }
        let over = { (factor: Double) in ComparisonResult.Line.signedPercent(factor - 1) }
        line.note =
            "it differs by \(over(right / left)) over the whole run, and by \(over(seen.estimate)) over the windows after warm-up"
    }

    /// Side by side on one machine, what every single window shows is so: a leak that makes events dearer and dearer gives
    /// windows that repeat each other so much that an interval for their mean says nothing.
    private func keep(_ factor: Factor, within range: ClosedRange<Double>) -> Factor {
        base.run.run == candidate.run.run ? factor.kept(within: range) : factor
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
    /// How late the lab's producer was, and what it needed for an event, is no variant's doing: the interval reaches as far as that
    /// could explain.
    func allowForMachine(
        _ factor: Factor,
        _ metric: ComparedMetric,
        _ left: Double,
        _ right: Double
    ) -> Factor {
        guard base.run.run != candidate.run.run else { return factor }
        if metric == .cpu {
            guard base.run.producer.variants == candidate.run.producer.variants,
                let before = base.run.producer.cpuSecondsPerMillionEvents, before > 0,
                let after = candidate.run.producer.cpuSecondsPerMillionEvents, after > 0
            else { return factor }
            return factor.stretched(below: after / before, above: before / after)
        }
        return factor.stretched(
            below: 1 + candidate.producerDelay(at: metric) / right,
            above: 1 + base.producerDelay(at: metric) / left
        )
    }

    /// Said of lines that depend on how fast a machine is; `nil` for runs of one kind of machine.
    var otherMachine: String? {
        func processor(_ side: ComparedSide) -> String? {
            side.run.environment.first { $0.label == "processor" }?.value
        }
        guard let left = processor(base), let right = processor(candidate), left != right else { return nil }
        return "the machines differ: \(left), and \(right)"
    }

    /// Never, within what the run shows, is better than at any time, and two of them are the same.
    func compareTimes(_ line: inout ComparisonResult.Line) {
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
            line.n = 1
            set(&line, Factor(of: right, over: left), at: left.estimate)
            line.judge()
        }
    }

    /// A peak is one reading: how far such readings scatter is told by the largest readings of the windows, about the line
    /// on which the logarithms of their ratios lie.
    func comparePeaks(_ line: inout ComparisonResult.Line) {
        (line.base, line.candidate) = (base.variant.peakRSSBytes, candidate.variant.peakRSSBytes)
        line.method = "scatter of paired window maxima"
        let pairs = zip(base.variant.windows.rssPeakBytes, candidate.variant.windows.rssPeakBytes)
        let points = pairs.enumerated().compactMap { index, pair in
            pair.0.flatMap { left in pair.1.flatMap { logarithm($0 / left) } }
                .map { WindowPoint(events: Double(index), bytes: $0) }
        }
        guard let left = line.base, let right = line.candidate, let log = logarithm(right / left), left > 0,
            points.count >= settings.fewestWindows, let slope = TheilSen.slope(of: points),
            let scatter = Self.scatter(of: points, about: slope)
        else {
            line.note = "both were read in fewer than \(settings.fewestWindows) windows"
            return
        }
        let arm = normalQuantile((1 + settings.confidence) / 2) * scatter
        line.n = points.count
        set(&line, Factor(logs: Estimate(estimate: log, low: log - arm, high: log + arm)), at: left)
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
