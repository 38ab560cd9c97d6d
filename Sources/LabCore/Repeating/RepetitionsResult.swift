/// Several repetitions of one run, taken together: the document that `leaklab run --repeat N --format json` prints, schema 1.
///
/// Keys may be added, never renamed; unknown and not applicable are `null`.
package struct RepetitionsResult: Codable, Hashable, Sendable {
    package static let presentSchema = 1
    package static let kindOfDocument = "leaklab-repetitions"

    package var kind = RepetitionsResult.kindOfDocument
    package var schema = RepetitionsResult.presentSchema
    /// What the repetitions are called together.
    package var id: String
    package var scenario: String
    package var title: String
    package var timeScale: Double
    /// Of the first repetition; each further one has the next number.
    package var seed: UInt64
    /// `parallel` or `sequential`.
    package var schedule: String
    /// So many repetitions were asked for.
    package var asked: Int
    /// Of so many the figures are.
    package var used: Int
    package var valid: Bool
    package var invalidBecause: [String]
    /// Every run that was begun, in order.
    package var repetitions: [Repetition]
    package var variants: [Variant]
    package var expectations: [ExpectationResult]
    /// What a reader must know to trust the figures.
    package var notes: [String]
    package var exitStatus: Int32
    /// Why the exit status is what it is, as sentences; empty for 0.
    @AddedList package var exitBecause: [String]
    /// With a baseline, if one was given.
    package var comparison: ComparisonResult?

    /// What became of one run of a series.
    package enum Use: String, Codable, Sendable, CaseIterable {
        /// Its figures count.
        case used
        /// It could not be used and was run again, with the same seed and in the same order.
        case repeated
        /// It could not be used, nor could the run that it repeats.
        case leftOut = "left out"
        /// It was not whole when the series ended.
        case unfinished
    }

    package struct Repetition: Codable, Hashable, Sendable {
        /// From 1 on.
        package var number: Int
        package var run: String
        package var seed: UInt64
        /// The variants as they were started; with `sequential`, as they followed each other.
        package var order: [String]
        package var use: Use
        /// Why it could not be used.
        package var because: [String]
        package var verdicts: [Named]

        package init(
            number: Int,
            run: String,
            seed: UInt64,
            order: [String],
            use: Use,
            because: [String],
            verdicts: [Named]
        ) {
            self.number = number
            self.run = run
            self.seed = seed
            self.order = order
            self.use = use
            self.because = because
            self.verdicts = verdicts
        }
    }

    package struct Named: Codable, Hashable, Sendable {
        package var variant: String
        package var verdict: Verdict
        package var flagged: Bool

        package init(_ result: VariantResult) {
            variant = result.name
            verdict = result.verdict
            flagged = result.flagged
        }
    }

    package struct Variant: Codable, Hashable, Sendable {
        package var name: String
        package var role: VariantRole
        package var control: Bool
        package var verdict: Verdict
        package var flagged: Bool
        package var because: [String]
        /// Of all repetitions together; `null` for a command.
        @NullCoded package var lost: Int?
        /// Of all repetitions together; `null` for a command, and in documents of before they were added.
        @NullCoded package var failed: Int?
        @NullCoded package var processed: Int?
        package var figures: [RepeatedFigure]
        @NullCoded package var smallestDetectableBytesPerEvent: Double?

        package init(
            name: String,
            role: VariantRole,
            control: Bool,
            verdict: Verdict,
            flagged: Bool,
            because: [String],
            lost: Int?,
            failed: Int? = nil,
            processed: Int? = nil,
            figures: [RepeatedFigure],
            smallestDetectableBytesPerEvent: Double?
        ) {
            self.name = name
            self.role = role
            self.control = control
            self.verdict = verdict
            self.flagged = flagged
            self.because = because
            (self.lost, self.failed, self.processed) = (lost, failed, processed)
            self.figures = figures
            self.smallestDetectableBytesPerEvent = smallestDetectableBytesPerEvent
        }
    }

    package init(
        id: String,
        scenario: String,
        title: String,
        timeScale: Double,
        seed: UInt64,
        schedule: String,
        asked: Int,
        used: Int,
        valid: Bool,
        invalidBecause: [String],
        repetitions: [Repetition],
        variants: [Variant],
        expectations: [ExpectationResult],
        notes: [String],
        exitStatus: Int32,
        exitBecause: [String] = []
    ) {
        self.id = id
        self.scenario = scenario
        self.title = title
        self.timeScale = timeScale
        self.seed = seed
        self.schedule = schedule
        self.asked = asked
        self.used = used
        self.valid = valid
        self.invalidBecause = invalidBecause
        self.repetitions = repetitions
        self.variants = variants
        self.expectations = expectations
        self.notes = notes
        self.exitStatus = exitStatus
        self.exitBecause = exitBecause
    }
}

/// One figure of a variant over several repetitions.
package struct RepeatedFigure: Codable, Hashable, Sendable {
    package var metric: ComparedMetric
    package var unit: String
    /// The mean of the repetitions that know it; `null` unless more than half of them do.
    @NullCoded package var estimate: Double?
    @NullCoded package var low: Double?
    @NullCoded package var high: Double?
    /// Repetitions that know it.
    package var n: Int
    /// Between repetitions.
    @NullCoded package var standardDeviation: Double?
    /// Of each repetition that is used, in order.
    package var values: [Double?]

    package init(
        _ metric: ComparedMetric,
        estimate: Double?,
        low: Double?,
        high: Double?,
        n: Int,
        standardDeviation: Double?,
        values: [Double?]
    ) {
        self.metric = metric
        unit = metric.unit
        self.estimate = estimate
        self.low = low
        self.high = high
        self.n = n
        self.standardDeviation = standardDeviation
        self.values = values
    }

    /// Without an interval its own value is all there is to say.
    package var interval: Estimate? {
        guard let estimate, let low, let high else { return nil }
        return Estimate(estimate: estimate, low: low, high: high)
    }
}
