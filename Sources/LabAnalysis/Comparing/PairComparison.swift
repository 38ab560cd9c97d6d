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
        verdict = Self.change(of: base.variant, candidate.variant)
        let areValid = base.run.valid && candidate.run.valid
        outcome = areValid ? Self.outcome(of: lines, verdict: verdict, isStrict: isStrict) : .unknown
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
        !base.isSafe && base.run.valid && base.variant.verdict != .inconclusive && candidate.isSafe
    }

    /// The candidate can be released rather than the base.
    var ships: Bool {
        guard candidate.isSafe else { return false }
        return outcome == .better || outcome == .same || (outcome == .mixed && isCure)
    }

    /// A line that decides and cannot be told leaves all unknown but what is worse for certain.
    private static func outcome(
        of lines: [ComparisonResult.Line],
        verdict: ComparisonOutcome,
        isStrict: Bool
    ) -> ComparisonOutcome {
        let outcomes = Set(lines.map(\.outcome) + [verdict])
        if outcomes.contains(.worse) { return outcomes.contains(.better) ? .mixed : .worse }
        let open = lines.filter { $0.outcome == .unknown && ($0.decides || isStrict) }
        if verdict == .unknown || !open.isEmpty { return .unknown }
        return outcomes.contains(.better) ? .better : .same
    }

    /// What became of the verdict and of findings beyond their limit.
    private static func change(of base: VariantMeasures, _ candidate: VariantMeasures) -> ComparisonOutcome {
        guard candidate.verdict != .inconclusive else { return .unknown }
        let isBad = candidate.verdict == .leaking || candidate.flagged
        guard base.verdict != .inconclusive else { return isBad ? .unknown : .same }
        let wasBad = base.verdict == .leaking || base.flagged
        return isBad == wasBad ? .same : isBad ? .worse : .better
    }
}
