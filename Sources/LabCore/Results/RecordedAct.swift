/// Something that somebody did to a run while it went on, and when.
package struct RecordedAct: Codable, Hashable, Sendable {
    /// From 1, in the order in which they were done.
    package var number: Int
    /// Seconds of incident time since the first event was due.
    package var at: Double
    /// As it was given: `scale per-event 4`.
    package var act: String
    /// Whose pods it changed; empty for one that concerns all variants alike.
    package var variants: [String]
    /// Of the step or the phase that begins with it; `null` if none does.
    @NullCoded package var opens: String?
    /// Wall time from when it was sent until it had taken effect.
    package var afterMilliseconds: Double

    package init(
        number: Int,
        at: Double,
        act: String,
        variants: [String] = [],
        opens: String? = nil,
        afterMilliseconds: Double
    ) {
        self.number = number
        self.at = at
        self.act = act
        self.variants = variants
        self.opens = opens
        self.afterMilliseconds = afterMilliseconds
    }

    /// Such as `act 2 (scale per-event 4)`.
    package var text: String { "act \(number) (\(act))" }
}
