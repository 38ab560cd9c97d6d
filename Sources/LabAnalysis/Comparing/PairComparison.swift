import LabCore

/// Compares one variant with another and says what came out.
struct PairComparison {
    let base: ComparedSide
    let candidate: ComparedSide
    let lines: [ComparisonResult.Line]
    let outcome: ComparisonOutcome
    let verdict: ComparisonOutcome

    init(
        _ base: ComparedSide,
        _ candidate: ComparedSide,
        tolerances: Tolerances,
        isStrict: Bool,
        settings: AnalysisSettings
    ) {
        self.base = base
        self.candidate = candidate
        let comparison = LineComparison(
            base: base,
            candidate: candidate,
            tolerances: tolerances,
            settings: settings
        )
        lines = RepeatedLineComparison(comparison)?.lines ?? comparison.lines
        let change = Self.change(of: base.variant, candidate.variant)
        let holding = lines.filter {
            isStrict || ($0.decides && (change != .better || Self.holds($0.metric, base, candidate)))
        }
        let areValid = base.run.valid && candidate.run.valid
        outcome = areValid ? Self.outcome(of: lines, holding: holding, verdict: change) : .unknown
        verdict = change
    }

    var result: ComparisonResult.Pair {
        let words = PairWords(self)
        return ComparisonResult.Pair(
            base: ComparisonResult.Subject(base.variant),
            candidate: ComparisonResult.Subject(candidate.variant),
            outcome: outcome,
            verdict: verdict,
            headline: words.headline,
            because: words.because,
            lines: lines
        )
    }

    func lines(_ outcome: ComparisonOutcome) -> [ComparisonResult.Line] {
        lines.filter { $0.outcome == outcome }
    }

    /// The variant that was to be replaced leaks or is flagged, and the other one is not.
    var isCure: Bool {
        !base.isSafe && base.run.valid && candidate.isSafe
            && (base.variant.verdict != .inconclusive || base.variant.flagged || base.isFailing)
    }

    /// What removes the cause comes before what buys time, and that before what is under suspicion.
    var rank: Int {
        switch candidate.variant.role {
        case .fix: 0
        case .mitigation: 1
        case .suspect: 2
        }
    }

    /// The candidate can be released rather than the base.
    var ships: Bool {
        guard candidate.isSafe else { return false }
        return outcome == .better || outcome == .same || (outcome == .mixed && isCure)
    }

    /// Whether a line that decides and cannot be decided leaves the whole open, though the base is bad and the candidate was
    /// shown not to be.
    ///
    /// How much less the candidate keeps need not be known then, unless just that is why the base leaks; nor what the base cost a
    /// machine that both were on.
    private static func holds(
        _ metric: ComparedMetric,
        _ base: ComparedSide,
        _ candidate: ComparedSide
    ) -> Bool {
        if metric.isGrowth {
            let reasons = base.variant.leaking
            return base.variant.verdict == .leaking
                && (reasons.isEmpty || reasons.contains { metric.rawValue.hasPrefix("\($0).") })
        }
        let isOneRun = base.run.run == candidate.run.run
        return !(isOneRun && (metric.isOfMachine || metric == .peakRSS))
    }

    /// One of the lines that hold and cannot be decided leaves all unknown but what is worse for certain.
    private static func outcome(
        of lines: [ComparisonResult.Line],
        holding: [ComparisonResult.Line],
        verdict: ComparisonOutcome
    ) -> ComparisonOutcome {
        let outcomes = Set(lines.map(\.outcome) + [verdict])
        if outcomes.contains(.worse) { return outcomes.contains(.better) ? .mixed : .worse }
        if verdict == .unknown || holding.contains(where: { $0.outcome == .unknown }) { return .unknown }
        return outcomes.contains(.better) ? .better : .same
    }

    /// What became of the verdict and of findings beyond their limit.
    ///
    /// What is flagged is bad, whatever its verdict.
    private static func change(of base: VariantMeasures, _ candidate: VariantMeasures) -> ComparisonOutcome {
        let (wasBad, isBad) = (base.isBad, candidate.isBad)
        if isBad { return wasBad ? .same : base.verdict == .inconclusive ? .unknown : .worse }
        if candidate.verdict == .inconclusive { return .unknown }
        return wasBad ? .better : .same
    }
}

extension VariantMeasures {
    fileprivate var isBad: Bool { verdict == .leaking || flagged }
}
