import LabCore

/// How much more often something was counted among the events of one variant than among those of another, as a factor.
///
/// Given how many there were together, those of one are a binomial count: the exact interval of that share gives that of
/// the factor (Przyborowski and Wilenski 1940). The factor the other way round is the reciprocal, and so are its ends.
struct CountRatio: Sendable, Hashable {
    let estimate: Double
    let low: Double
    let high: Double

    /// Fails if nothing was counted on either side, or one of the sides had no events.
    init?(
        _ count: Double,
        of events: Double,
        over base: Double,
        of baseEvents: Double,
        confidence: Double
    ) {
        guard count >= 0, base >= 0, count + base > 0, events > 0, baseEvents > 0 else { return nil }
        let share = BinomialInterval(count, of: count + base, confidence: confidence)
        let exposure = baseEvents / events
        func factor(_ share: Double) -> Double { share < 1 ? share / (1 - share) * exposure : .infinity }
        estimate = factor(count / (count + base))
        low = factor(share.low)
        high = factor(share.high)
        guard !estimate.isNaN, !low.isNaN, !high.isNaN else { return nil }
    }
}
