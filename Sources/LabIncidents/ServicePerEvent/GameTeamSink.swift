import LabTelemetry

/// The game team's end: counts what arrives.
struct GameTeamSink: Sendable {
    private let delivered: Counter
    private let unindexed: Counter

    /// - Parameters:
    ///   - delivered: events whose index exists.
    ///   - unindexed: events whose index does not.
    init(delivered: Counter, unindexed: Counter) {
        self.delivered = delivered
        self.unindexed = unindexed
    }

    func deliver(_ event: FeatureEvent, isIndexed: Bool) {
        (isIndexed ? delivered : unindexed).add()
    }
}
