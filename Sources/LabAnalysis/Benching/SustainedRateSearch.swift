package import LabCore

/// Looks for the highest rate that a system sustains, by measurements that may contradict one another.
///
/// A value: it says which rate to measure next, and is told how that came out. It doubles the rate while it is sustained, or
/// halves it until it is, and then takes the geometric mean of both ends until they are as close as was asked. A single
/// measurement on a busy machine may err, so each end is measured again until one outcome leads by as many as was asked. An end
/// that comes out differently then stops being one: the bracket reaches to the next rates below and above, and the search goes on
/// in between. A rate that goes on coming out both ways belongs into the bracket, and is told.
package struct SustainedRateSearch: Sendable, Hashable {
    package struct Settings: Sendable, Hashable {
        /// The first rate, unless something was measured before; events a second, as all rates here.
        package var start: Double
        /// No rate below or above these is tried.
        package var bounds: ClosedRange<Double>
        /// The ends are close enough when the upper one is at most this share above the lower.
        package var precision: Double
        /// By how many measurements one outcome leads at each end; at least 1.
        package var verifications: Int
        /// Measurements, at most.
        package var stepLimit: Int

        package init(
            start: Double,
            bounds: ClosedRange<Double>,
            precision: Double = 0.05,
            verifications: Int = 2,
            stepLimit: Int = 40
        ) {
            self.start = min(max(start, bounds.lowerBound), bounds.upperBound)
            self.bounds = bounds
            self.precision = precision
            self.verifications = max(1, verifications)
            self.stepLimit = stepLimit
        }
    }

    package let settings: Settings
    private var trials: [Double: RateTrials] = [:]
    private var steps = 0

    package init(_ settings: Settings) { self.settings = settings }

    /// Takes a measurement that was made before the search, and counts as no step of it.
    package mutating func note(_ outcome: StepOutcome, at rate: Double) {
        trials[rate, default: RateTrials()].add(outcome)
    }

    /// Takes the measurement of the rate that ``next`` asked for.
    package mutating func take(_ outcome: StepOutcome, at rate: Double) {
        steps += 1
        note(outcome, at: rate)
    }

    /// The rate to be measured next; `nil` when the search is over.
    package var next: Double? {
        if case .measure(let rate) = move { rate } else { nil }
    }

    /// The result; before the search is over what is known by now.
    package var result: SustainedRate {
        let end = if case .end(let limit) = move { limit } else { SustainedRate.Limit.ended }
        let bracket = Bracket(trials, settings)
        let isVerified = [bracket.low, bracket.high].compactMap(\.self).allSatisfy {
            trials[$0]?.isVerified(settings.verifications) ?? false
        }
        return SustainedRate(
            perSecond: bracket.low,
            failedPerSecond: bracket.high,
            limit: end,
            isVerified: isVerified && end != .ended && end != .unknown,
            unsteady: bracket.between,
            steps: steps
        )
    }

    // MARK: - What to do next

    private enum Move {
        case measure(Double)
        case end(SustainedRate.Limit)
    }

    private var move: Move {
        guard !trials.isEmpty else { return .measure(settings.start) }
        let bracket = Bracket(trials, settings)
        if bracket.isUnknown { return .end(.unknown) }
        guard let rate = bracket.doubtful ?? bracket.widened ?? bracket.divided ?? bracket.unverified else {
            return .end(limit(of: bracket))
        }
        return steps < settings.stepLimit ? .measure(rate) : .end(.ended)
    }

    private func limit(of bracket: Bracket) -> SustainedRate.Limit {
        guard let high = bracket.high, let trials = trials[high] else { return .highestAllowed }
        return trials.isForWantOfLoad ? .load : .consumer
    }
}
