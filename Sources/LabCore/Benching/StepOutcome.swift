/// What a stretch of constant load showed of a consumer.
package enum StepOutcome: String, Codable, Hashable, Sendable, CaseIterable {
    /// The load came as asked, and the consumer kept up with it to the end.
    case sustained
    /// The consumer fell behind, lost events or did not survive.
    case failed
    /// The producer or the broker could not make the load: it says nothing about the consumer at this rate.
    case unreached
    /// Nothing can be said: the run was invalid, or came to no result.
    case unknown
}
