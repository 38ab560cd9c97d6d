/// The highest rate that a consumer was seen to sustain, and what set it.
package struct SustainedRate: Codable, Hashable, Sendable {
    package enum Limit: String, Codable, Hashable, Sendable, CaseIterable {
        /// The consumer fell behind or did not survive at ``SustainedRate/failedPerSecond``.
        case consumer
        /// The load could not be made there: the consumer sustains at least ``SustainedRate/perSecond``.
        case load
        /// Nothing above the highest rate allowed was tried.
        case highestAllowed
        /// Too many steps could not be judged.
        case unknown
        /// The steps allowed were used up, or somebody ended the search.
        case ended
    }

    /// Events a second of incident time; `null` if no rate was sustained.
    @NullCoded package var perSecond: Double?
    /// The lowest rate that was not sustained, nor any above it; `null` if there is none.
    @NullCoded package var failedPerSecond: Double?
    package var limit: Limit
    /// Whether each end of the bracket came out the same as often as was asked.
    package var isVerified: Bool
    /// Rates between the two ends that came out one way and the other, ascending.
    package var unsteady: [Double]
    /// How many measurements it took.
    package var steps: Int

    package init(
        perSecond: Double?,
        failedPerSecond: Double?,
        limit: Limit,
        isVerified: Bool,
        unsteady: [Double] = [],
        steps: Int
    ) {
        self.perSecond = perSecond
        self.failedPerSecond = failedPerSecond
        self.limit = limit
        self.isVerified = isVerified
        self.unsteady = unsteady
        self.steps = steps
    }
}
