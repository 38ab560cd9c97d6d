/// What a scenario's events have that the lab's own do not: values of the user's, headers, keys, and some that are not as
/// they should be.
package struct EventContent: Hashable, Sendable, Codable {
    /// Where values come from.
    package enum Source: Hashable, Sendable, Codable {
        /// The lab's own events.
        case lab
        /// Lines of files, one event each, one file after another, and from the first on again.
        ///
        /// Paths are absolute.
        case files(paths: [String], format: Format)
        /// A text with generators.
        case template(String)
    }

    /// What the lines of a file must be.
    package enum Format: String, Hashable, Sendable, Codable, CaseIterable {
        /// One JSON value in each line.
        case json
        /// Any bytes, up to the end of the line.
        case lines
    }

    /// Where keys come from.
    package enum Key: Hashable, Sendable, Codable {
        /// The workload's distribution of keys.
        case distribution
        /// A field of the value, by the names that lead to it.
        case field([String])
        /// A text with generators.
        case template(String)

        /// Whether the key decides the partition, as with a client of Kafka's own.
        package var decidesPartition: Bool { self != .distribution }
    }

    package var source: Source
    package var key: Key
    /// Names, and texts with generators, in the file's order.
    package var headers: [LabelledValue]
    /// This share of the events, from 0 to 1, has no value.
    package var tombstones: Double
    /// This share of the events with a value, from 0 to 1, has only the beginning of it, and a byte that no text has.
    package var malformed: Double
    /// Whether each event carries its ``EventEnvelope`` in the header ``envelopeHeader``, for pods that run handlers.
    package var isNumbered: Bool

    package init(
        source: Source,
        key: Key = .distribution,
        headers: [LabelledValue] = [],
        tombstones: Double = 0,
        malformed: Double = 0,
        isNumbered: Bool = false
    ) {
        self.source = source
        self.key = key
        self.headers = headers
        self.tombstones = tombstones
        self.malformed = malformed
        self.isNumbered = isNumbered
    }

    /// The header that carries an event's number and its intended time where the value is not the lab's.
    package static let envelopeHeader = "leaklab"

    /// Whether values may be other than the lab's own.
    package var hasForeignValues: Bool { source != .lab || tombstones > 0 || malformed > 0 }
}
