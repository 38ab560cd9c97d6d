/// Two recorded runs, or variants of one, side by side: the document that `leaklab compare --format json` prints,
/// schema 1.
///
/// Keys may be added, never renamed; unknown and not applicable are `null`.
package struct ComparisonResult: Codable, Hashable, Sendable {
    package var schema = 1
    package var kind = "leaklab-comparison"
    package var outcome: ComparisonOutcome
    /// What to do, in one or two sentences.
    package var headline: String
    /// The candidate variant that can be released; `null` if there is none.
    @NullCoded package var ship: String?
    package var scenario: String
    package var title: String
    package var base: Source
    package var candidate: Source
    package var pairs: [Pair]
    /// What a reader must know to trust the figures.
    package var notes: [String]
    package var exitStatus: Int32

    /// Where one side comes from.
    package struct Source: Codable, Hashable, Sendable {
        package var run: String
        /// The file, if it is a baseline.
        @NullCoded package var baseline: String?
        package var seed: UInt64
        package var valid: Bool
        package var invalidBecause: [String]
        /// Of a side of several runs taken together, what they are; not there for one run.
        package var runs: [String]?

        package init(_ run: RunMeasures, baseline: String? = nil) {
            self.run = run.run
            self.baseline = baseline
            seed = run.seed
            valid = run.valid
            invalidBecause = run.invalidBecause
            runs = run.repetitions.map { $0.map(\.run) }
        }
    }

    /// One variant against another.
    package struct Pair: Codable, Hashable, Sendable {
        package var base: Subject
        package var candidate: Subject
        package var outcome: ComparisonOutcome
        /// What became of the verdict, and of findings beyond their limit.
        package var verdict: ComparisonOutcome
        package var headline: String
        package var because: [String]
        package var lines: [Line]

        package init(
            base: Subject,
            candidate: Subject,
            outcome: ComparisonOutcome,
            verdict: ComparisonOutcome,
            headline: String,
            because: [String],
            lines: [Line]
        ) {
            self.base = base
            self.candidate = candidate
            self.outcome = outcome
            self.verdict = verdict
            self.headline = headline
            self.because = because
            self.lines = lines
        }
    }

    package struct Subject: Codable, Hashable, Sendable {
        package var variant: String
        package var role: VariantRole
        package var control: Bool
        /// One sentence: what this variant does differently.
        package var summary: String
        package var verdict: Verdict
        package var flagged: Bool
        package var oomKills: Int

        package init(_ variant: VariantMeasures) {
            self.variant = variant.name
            role = variant.role
            control = variant.control
            summary = variant.summary
            verdict = variant.verdict
            flagged = variant.flagged
            oomKills = variant.oomKills
        }
    }

    package struct Line: Codable, Hashable, Sendable {
        package var metric: ComparedMetric
        package var unit: String
        @NullCoded package var base: Double?
        @NullCoded package var candidate: Double?
        /// Candidate minus base.
        @NullCoded package var effect: Estimate?
        /// So much more is the same, in the unit, and so much less where ``toleranceBelow`` is `null`.
        package var tolerance: Double
        /// Of what is compared as a ratio: as much less as the inverse of what may be more.
        @NullCoded package var toleranceBelow: Double?
        package var outcome: ComparisonOutcome
        /// Without knowing this one the comparison as a whole is unknown.
        package var decides: Bool
        /// Windows, or lives for exact counts.
        package var n: Int
        package var method: String
        /// Why it is unknown, or what widened the interval.
        @NullCoded package var note: String?

        package init(_ metric: ComparedMetric, tolerance: Double, decides: Bool, method: String) {
            self.metric = metric
            unit = metric.unit
            (base, candidate, effect, note) = (nil, nil, nil, nil)
            (self.tolerance, toleranceBelow) = (tolerance, nil)
            outcome = .unknown
            self.decides = decides
            n = 0
            self.method = method
        }
    }

    package init(
        outcome: ComparisonOutcome,
        headline: String,
        ship: String?,
        scenario: String,
        title: String,
        base: Source,
        candidate: Source,
        pairs: [Pair],
        notes: [String],
        exitStatus: ExitStatus
    ) {
        self.outcome = outcome
        self.headline = headline
        self.ship = ship
        self.scenario = scenario
        self.title = title
        self.base = base
        self.candidate = candidate
        self.pairs = pairs
        self.notes = notes
        self.exitStatus = exitStatus.rawValue
    }
}

/// How a candidate compares with its base.
package enum ComparisonOutcome: String, Codable, Sendable, CaseIterable {
    case better
    case same
    case worse
    /// Better in one thing and worse in another; never of a single line.
    case mixed
    /// The data cannot tell.
    case unknown
    /// Not held against anybody; of a single line alone.
    case shown
}

extension ComparisonResult.Line {
    /// Places the effect's interval against the tolerance: inside of it is the same, wholly outside better or worse, and
    /// anything between unknown.
    package mutating func judge() {
        guard let effect, effect.low.isFinite, effect.high.isFinite else {
            outcome = .unknown
            return
        }
        let below = -(toleranceBelow ?? tolerance)
        let (low, high) = (min(effect.low, effect.high), max(effect.low, effect.high))
        if low > tolerance {
            outcome = metric.isBetterWhenLarger ? .better : .worse
        } else if high < below {
            outcome = metric.isBetterWhenLarger ? .worse : .better
        } else {
            outcome = low >= below && high <= tolerance ? .same : .unknown
        }
    }
}
