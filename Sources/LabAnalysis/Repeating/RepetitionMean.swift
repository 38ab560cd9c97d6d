import LabCore

/// What several repetitions of one measurement come to: their mean, with an interval from how far they lie apart.
///
/// A repetition is the unit of which there are several, whatever was read within it: Student's interval on the means of
/// repetitions holds all that differs from one to the next (Kalibera and Jones, *Rigorous benchmarking in reasonable time*,
/// ISMM 2013). It is never made narrower than the repetitions' own intervals allow, so that a few that agree by chance do not
/// pretend to more than was measured (Röver, Knapp and Friede 2015, for the same trouble in meta-analysis).
struct RepetitionMean: Sendable, Hashable {
    /// What one repetition says.
    struct Value: Sendable, Hashable {
        var estimate: Double
        /// From within the repetition, where it has one.
        var own: Estimate?

        init(_ estimate: Double, own: Estimate? = nil) {
            self.estimate = estimate
            self.own = own
        }

        init(_ estimate: Estimate) { self.init(estimate.estimate, own: estimate) }
    }

    let mean: Double
    /// Of a single repetition its own interval; `nil` if it has none.
    let interval: Estimate?
    let count: Int
    /// Between the repetitions; `nil` for a single one.
    let standardDeviation: Double?

    /// Fails without values, or with one that is no number.
    init?(_ values: [Value], confidence: Double) {
        guard !values.isEmpty, values.allSatisfy({ $0.estimate.isFinite }) else { return nil }
        count = values.count
        let number = Double(values.count)
        let mean = values.reduce(0) { $0 + $1.estimate / number }
        self.mean = mean
        guard values.count > 1 else {
            (interval, standardDeviation) = (values[0].own, nil)
            return
        }
        let squares = values.reduce(0) { $0 + ($1.estimate - mean) * ($1.estimate - mean) }
        let deviation = (squares / (number - 1)).squareRoot()
        standardDeviation = deviation
        let quantile = StudentDistribution(freedom: number - 1).quantile((1 + confidence) / 2)
        let between = quantile * deviation / number.squareRoot()
        let below = Self.arm(values) { $0.estimate - $0.low }
        let above = Self.arm(values) { $0.high - $0.estimate }
        interval = Estimate(
            estimate: mean,
            low: mean - max(between, below),
            high: mean + max(between, above)
        )
    }

    /// How far the mean may be off by what each repetition says of itself: the root of the summed squares.
    private static func arm(_ values: [Value], _ arm: (Estimate) -> Double) -> Double {
        let squares = values.reduce(0.0) { sum, value in
            let own = value.own.map(arm) ?? 0
            return sum + (own.isFinite ? own * own : 0)
        }
        return squares.squareRoot() / Double(values.count)
    }

    /// The difference of two means whose repetitions have nothing to do with each other, by Welch's method; a side with a
    /// single one is taken to scatter like the other.
    ///
    /// - Returns: `nil` if neither side tells how far repetitions lie apart.
    static func difference(of candidate: [Value], from base: [Value], confidence: Double) -> Estimate? {
        guard let left = RepetitionMean(base, confidence: confidence),
            let right = RepetitionMean(candidate, confidence: confidence),
            let scatter = scatter(left, right)
        else { return nil }
        let quantile = StudentDistribution(freedom: scatter.freedom).quantile((1 + confidence) / 2)
        let between = quantile * scatter.error
        func root(_ first: Double, _ second: Double) -> Double {
            (first * first + second * second).squareRoot()
        }
        let below = root(arm(candidate) { $0.estimate - $0.low }, arm(base) { $0.high - $0.estimate })
        let above = root(arm(candidate) { $0.high - $0.estimate }, arm(base) { $0.estimate - $0.low })
        let effect = right.mean - left.mean
        return Estimate(
            estimate: effect,
            low: effect - max(between, below),
            high: effect + max(between, above)
        )
    }

    /// The standard error of the difference, with Satterthwaite's degrees of freedom.
    private static func scatter(
        _ left: RepetitionMean,
        _ right: RepetitionMean
    ) -> (error: Double, freedom: Double)? {
        let (n, m) = (Double(left.count), Double(right.count))
        switch (left.standardDeviation, right.standardDeviation) {
        case (nil, nil): return nil
        case (let only?, nil): return (only * (1 / n + 1 / m).squareRoot(), n - 1)
        case (nil, let only?): return (only * (1 / n + 1 / m).squareRoot(), m - 1)
        case (let first?, let second?):
            let (a, b) = (first * first / n, second * second / m)
            let freedom = (a + b) * (a + b) / (a * a / (n - 1) + b * b / (m - 1))
            return ((a + b).squareRoot(), freedom.isFinite ? freedom : min(n, m) - 1)
        }
    }
}
