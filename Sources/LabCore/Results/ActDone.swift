/// What an act on a run came to.
package struct ActDone: Codable, Hashable, Sendable {
    /// In a sentence.
    package var done: String
    /// Of the act in the recording; the key is not there for one that is not recorded.
    package var number: Int?
    /// Wall time from when it was sent until it had taken effect; the key is not there where nobody measured.
    package var afterMilliseconds: Double?

    package init(done: String, number: Int? = nil, afterMilliseconds: Double? = nil) {
        self.done = done
        self.number = number
        self.afterMilliseconds = afterMilliseconds
    }
}
