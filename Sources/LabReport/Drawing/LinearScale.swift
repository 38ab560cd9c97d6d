/// Maps values to positions along an axis, in proportion.
struct LinearScale: Sendable, Hashable {
    let low: Double
    let high: Double
    /// Where `low` and `high` are drawn.
    let start: Double
    let end: Double

    /// A domain that is empty, reversed or no number is replaced by one of length 1.
    init(from low: Double, to high: Double, start: Double, end: Double) {
        let isUsable = low.isFinite && high.isFinite && high > low && (high - low).isFinite
        self.low = low.isFinite && abs(low) < 1e300 ? low : 0
        self.high = isUsable ? high : self.low + 1
        self.start = start
        self.end = end
    }

    /// Values outside of the domain are drawn at its ends.
    func position(_ value: Double) -> Double {
        guard value.isFinite else { return start }
        let share = (value - low) / (high - low)
        return start + (end - start) * min(1, max(0, share.isFinite ? share : 0))
    }
}
