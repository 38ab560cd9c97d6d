/// What the measurements of a search come to: the two ends, and the rate whose measurement would tell most.
struct Bracket {
    /// The highest rate that was sustained, as was every one below it.
    let low: Double?
    /// The lowest rate that was not sustained, nor any one above it.
    let high: Double?

    private let trials: [Double: RateTrials]
    private let settings: SustainedRateSearch.Settings
    /// Ascending.
    private let rates: [Double]

    init(_ trials: [Double: RateTrials], _ settings: SustainedRateSearch.Settings) {
        func stands(_ rate: Double, _ standing: RateTrials.Standing) -> Bool {
            trials[rate]?.standing(settings.verifications) == standing
        }
        let rates = trials.keys.sorted()
        self.trials = trials
        self.settings = settings
        self.rates = rates
        low = rates.prefix { stands($0, .sustained) }.last
        high = rates.reversed().prefix { stands($0, .failed) }.last
    }

    /// Rates between the ends, ascending.
    var between: [Double] {
        rates.filter { rate in (low.map { rate > $0 } ?? true) && (high.map { rate < $0 } ?? true) }
    }

    var isUnknown: Bool { rates.contains { standing($0) == .unknown } }

    /// A rate that came out both ways, or that contradicts another one, and may be measured again.
    ///
    /// Of those that contradict one another the one is named that was measured the least.
    var doubtful: Double? {
        if let open = rates.first(where: { standing($0) == .open }) { return open }
        let sustained = rates.filter { standing($0) == .sustained }
        let failed = rates.filter { standing($0) == .failed }
        guard let highest = sustained.last, let lowest = failed.first, lowest < highest else { return nil }
        let doubtful = failed.filter { $0 < highest } + sustained.filter { $0 > lowest }
        return doubtful.filter(isUndecided).min { (lead($0), $0) < (lead($1), $1) }
    }

    /// A rate beyond all that were measured, where an end is missing.
    var widened: Double? {
        guard let first = rates.first, let last = rates.last else { return nil }
        if low == nil, first > settings.bounds.lowerBound {
            return max(settings.bounds.lowerBound, Self.rounded(first / 2))
        }
        if high == nil, last < settings.bounds.upperBound {
            return min(settings.bounds.upperBound, Self.rounded(last * 2))
        }
        return nil
    }

    /// A rate between an end and its neighbour, if those are further apart than was asked; the lower end's first.
    var divided: Double? {
        let above = low.flatMap { low in rates.first { $0 > low }.flatMap { middle(low, $0) } }
        let below = high.flatMap { high in rates.last { $0 < high }.flatMap { middle($0, high) } }
        return above ?? below
    }

    /// An end that has not come out the same as often as was asked; the lower one first.
    var unverified: Double? { [low, high].compactMap(\.self).first(where: isUndecided) }

    /// The geometric mean; `nil` if the two are close enough.
    private func middle(_ lower: Double, _ upper: Double) -> Double? {
        guard upper > lower * (1 + settings.precision) else { return nil }
        let middle = Self.rounded((lower * upper).squareRoot())
        return middle > lower && middle < upper ? middle : nil
    }

    private func standing(_ rate: Double) -> RateTrials.Standing? {
        trials[rate]?.standing(settings.verifications)
    }

    private func isUndecided(_ rate: Double) -> Bool {
        trials[rate]?.isUndecided(settings.verifications) ?? false
    }

    private func lead(_ rate: Double) -> Int { abs(trials[rate]?.lead ?? 0) }

    /// Three significant digits, so that a rate can be said, and measured again.
    static func rounded(_ rate: Double) -> Double {
        guard rate > 0, rate.isFinite else { return rate }
        var (unit, parts) = (1.0, 1.0)
        while rate / unit >= 1_000 { unit *= 10 }
        while rate * parts < 100 { parts *= 10 }
        // Dividing by a whole number keeps small rates what they read: 1.25, not 1.2500000000000002.
        return (rate / unit * parts).rounded() / parts * unit
    }
}
