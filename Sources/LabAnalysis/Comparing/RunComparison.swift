package import LabCore

/// Compares measured runs: pure, and total for whatever their measures hold.
package struct RunComparison: Sendable {
    private let tolerances: Tolerances
    /// Lines that cost can be unknown without leaving the whole unknown, unless it is so.
    private let isStrict: Bool
    private let settings: AnalysisSettings

    package init(
        tolerances: Tolerances = Tolerances(),
        isStrict: Bool = false,
        settings: AnalysisSettings = .standard
    ) {
        self.tolerances = tolerances
        self.isStrict = isStrict
        self.settings = settings
    }

    /// - Parameters:
    ///   - base: what there is.
    ///   - candidate: what may replace it; of the same load.
    ///   - plan: which variants are compared.
    ///   - baseline: the file that the base is from, if it is from one.
    /// - Returns: the whole document, with the exit status that follows.
    package func result(
        base: RunMeasures,
        candidate: RunMeasures,
        plan: ComparisonPlan,
        baseline: String? = nil
    ) -> ComparisonResult {
        let pairs = plan.pairs.map {
            compare(
                Self.side($0.base, of: base, against: candidate),
                Self.side($0.candidate, of: candidate, against: base)
            )
        }
        let conclusion = plan.isChoice ? choice(among: pairs) : ComparisonConclusion(of: pairs)
        let chosenFirst =
            pairs.filter { $0.candidate.variant.name == conclusion.ship }
            + pairs.filter { $0.candidate.variant.name != conclusion.ship }
        return ComparisonResult(
            outcome: conclusion.outcome,
            headline: conclusion.headline,
            ship: conclusion.ship,
            scenario: candidate.scenario,
            title: candidate.title,
            base: ComparisonResult.Source(base, baseline: baseline),
            candidate: ComparisonResult.Source(candidate),
            pairs: chosenFirst.map(\.result),
            notes: ComparisonNotes.all(base, candidate, pairs),
            exitStatus: conclusion.exitStatus
        )
    }

    /// A variant with the failed events of all others of the two runs, which had the same load.
    private static func side(
        _ variant: VariantMeasures,
        of run: RunMeasures,
        against other: RunMeasures
    ) -> ComparedSide {
        let own = run.variants.filter { $0.name != variant.name }
        let others = run.run == other.run ? [] : other.variants
        return ComparedSide(
            run: run,
            variant: variant,
            failuresOfOthers: (own + others).compactMap(\.failedEvents)
        )
    }

    private func compare(_ base: ComparedSide, _ candidate: ComparedSide) -> PairComparison {
        PairComparison(base, candidate, tolerances: tolerances, isStrict: isStrict, settings: settings)
    }

    /// A fix comes before a mitigation; then what is worse weighs most, then what cannot be decided, then what is better.
    private static func isPreferred(_ left: PairComparison, to right: PairComparison) -> Bool {
        func weights(_ pair: PairComparison) -> (Int, Int, Int, Int) {
            (pair.rank, pair.lines(.worse).count, pair.lines(.unknown).count, -pair.lines(.better).count)
        }
        return weights(left) < weights(right)
    }

    /// Of several candidates for one base: those that can be released, without those that another one of them beats.
    private func choice(among pairs: [PairComparison]) -> ComparisonConclusion {
        let shipping = pairs.filter(\.ships)
        let unbeaten = shipping.filter { pair in
            !shipping.contains { other in
                other.rank <= pair.rank && compare(pair.candidate, other.candidate).outcome == .better
            }
        }
        // Candidates that beat each other in a circle leave none unbeaten.
        let rest = unbeaten.isEmpty ? shipping : unbeaten
        guard let winner = rest.min(by: Self.isPreferred) else {
            return ComparisonConclusion(withoutChoiceAmong: pairs)
        }
        let others = shipping.filter { $0.candidate != winner.candidate }.map {
            compare(winner.candidate, $0.candidate)
        }
        return ComparisonConclusion(choosing: winner, over: others)
    }
}
