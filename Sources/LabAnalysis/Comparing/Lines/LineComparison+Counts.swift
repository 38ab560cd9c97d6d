import LabCore

// What is counted over a whole run, and what was found in it.

extension LineComparison {
    func compareLost(_ line: inout ComparisonResult.Line) {
        guard let before = base.variant.lost, let after = candidate.variant.lost else {
            line.note = Self.missing(base.variant.lost == nil, "does not report what became of its events")
            return
        }
        let (left, right) = (Double(before), Double(after))
        (line.base, line.candidate) = (left, right)
        line.tolerance = tolerances[.lost].amount(between: left, and: right)
        line.effect = .exact(right - left)
        line.n = 1
        line.judge()
    }

    /// By their shares of the events, since the load makes some of them fail in every variant.
    ///
    /// None and some differ for certain; between some and some lies the exact interval of their ratio. A doubt counts
    /// against the candidate.
    func compareFailed(_ line: inout ComparisonResult.Line) {
        guard let before = base.variant.failedEvents, let after = candidate.variant.failedEvents else {
            line.note = Self.missing(
                base.variant.failedEvents == nil,
                "does not report what became of its events"
            )
            return
        }
        (line.base, line.candidate) = (Double(before.failed), Double(after.failed))
        line.decides = after.share > before.share
        compare(
            &line,
            (Double(before.failed), Double(before.handled)),
            (Double(after.failed), Double(after.handled))
        )
    }

    /// Kills and restarts, under the same load.
    func compareCounts(_ line: inout ComparisonResult.Line, _ before: Int?, _ after: Int?) {
        guard let before, let after else {
            line.note = Self.missing(before == nil, "does not report it")
            return
        }
        (line.base, line.candidate) = (Double(before), Double(after))
        compare(&line, (Double(max(0, before)), 1), (Double(max(0, after)), 1))
    }

    private func compare(
        _ line: inout ComparisonResult.Line,
        _ before: (count: Double, events: Double),
        _ after: (count: Double, events: Double)
    ) {
        line.n = 1
        line.tolerance = tolerances[line.metric].amount(between: before.count, and: after.count)
        let ratio = CountRatio(
            after.count,
            of: after.events,
            over: before.count,
            of: before.events,
            confidence: settings.confidence
        )
        guard before.count > 0, after.count > 0, let ratio,
            before.count * after.events != after.count * before.events
        else {
            line.effect = .exact(after.count - before.count)
            // As many of more or fewer events.
            if before.count > 0, after.count > 0 { line.effect = .exact(0) }
            line.judge()
            return
        }
        line.method = "exact interval of the ratio"
        set(&line, Factor(ratio), at: before.count * after.events / before.events)
        line.judge()
    }

    /// The verdicts on the resource decide, so that no line says another thing than they do; how much is kept tells two leaks apart.
    func compare(
        _ line: inout ComparisonResult.Line,
        _ before: VariantResult.Resource?,
        _ after: VariantResult.Resource?
    ) {
        (line.base, line.candidate) = (before?.perEvent?.estimate, after?.perEvent?.estimate)
        line.n = 1
        if let left = before?.perEvent, let right = after?.perEvent {
            line.effect = Self.growth(left, right)
            line.tolerance = tolerances[line.metric].amount(between: left.estimate, and: right.estimate)
        }
        // What is not there is not kept.
        switch (before?.verdict ?? .bounded, after?.verdict ?? .bounded) {
        case (.bounded, .bounded): line.outcome = .same
        case (.leaking, .bounded): line.outcome = .better
        case (.bounded, .leaking): line.outcome = .worse
        case (.leaking, .leaking): line.judge()
        default: line.note = "whether it leaks was not decided"
        }
        if before == nil || after == nil {
            line.note = "the \(before == nil ? "candidate" : "base") alone reports it"
        }
    }

    /// The limit decides: beyond it or not, and how far where both are.
    ///
    /// Without a limit a finding is shown and holds nobody up.
    func compare(_ line: inout ComparisonResult.Line, _ before: Finding?, _ after: Finding?) {
        (line.base, line.candidate) = (before?.value, after?.value)
        line.n = 1
        if let left = before?.value, let right = after?.value {
            line.effect = .exact(right - left)
            let factor = tolerances[line.metric].factor(between: left, and: right)
            (line.tolerance, line.toleranceBelow) = (left * (factor - 1), left * (1 - 1 / factor))
        }
        switch (before?.isBeyondLimit ?? false, after?.isBeyondLimit ?? false) {
        case (false, false): line.outcome = .same
        case (true, false): line.outcome = .better
        case (false, true): line.outcome = .worse
        case (true, true): line.judge()
        }
        guard before?.limit == nil, after?.limit == nil else { return }
        (line.outcome, line.note) = (.shown, "without a limit it is not held against anybody")
    }
}

extension Estimate {
    /// Without any interval.
    static func exact(_ value: Double) -> Estimate { Estimate(estimate: value, low: value, high: value) }
}

extension Factor {
    fileprivate init?(_ ratio: CountRatio) {
        self.init(
            logs: Estimate(
                estimate: logarithm(ratio.estimate) ?? 0,
                low: logarithm(ratio.low) ?? -.infinity,
                high: logarithm(ratio.high) ?? .infinity
            )
        )
    }
}
