/// Something that a client of the run has met at its brokers, as producer and pods write it down for the lab, and as the timeline shows it.
package struct BrokerNews: Codable, Hashable, Sendable {
    /// What happened; the raw value is its reason on the timeline.
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// A connection broke or could not be made; others may be there.
        case disconnected = "BrokerDisconnected"
        /// No broker can be reached any more.
        case lost = "BrokersLost"
        /// Events are under way and no broker confirms any.
        case silent = "BrokersSilent"
        /// The end of what ``lost`` or ``silent`` began.
        case back = "BrokersBack"
        /// A quota is used up.
        case throttled = "BrokerThrottles"
        /// The client may not do what it is there for, or is not let in.
        case refused = "BrokerRefuses"
        /// An event was not written.
        case undelivered = "EventNotWritten"
        /// Events did not come as they were written, and were left out.
        case damaged = "BatchDamaged"
    }

    package var kind: Kind
    /// CLOCK_MONOTONIC, nanoseconds.
    package var at: UInt64
    /// Whom it concerns and why, in the client's words.
    package var text: String
    /// Nanoseconds: of ``Kind/back`` how long it took, of ``Kind/throttled`` how long the client had to wait; else 0.
    package var duration: UInt64

    package init(_ kind: Kind, at: UInt64, _ text: String, duration: UInt64 = 0) {
        self.kind = kind
        self.at = at
        self.text = text
        self.duration = duration
    }
}

extension BrokerNews {
    /// As an event of the timeline says it.
    package var message: String {
        switch kind {
        case .disconnected, .refused, .undelivered: text
        case .damaged: "events did not come as they were written, and were left out: \(text)"
        case .lost: "no broker can be reached: \(text)"
        case .silent: "events are under way and no broker confirms any: \(text)"
        case .back: "after \(seconds) s: \(text)"
        case .throttled: "a quota is used up: \(text) made the client wait \(seconds) s"
        }
    }

    /// Of ``duration``.
    private var seconds: String { decimal(Double(duration) / 1e9, places: 1) }

    /// Whether the timeline shows it as a warning.
    package var isWarning: Bool { kind != .back && kind != .disconnected }
}

extension TimelineEvent {
    /// Whether the load could not be what it was to be since brokers were away, or made the producer wait.
    package var hindersProduction: Bool {
        let hindrances: [BrokerNews.Kind] = [.lost, .silent, .throttled]
        return object == BrokerNews.producer && hindrances.contains { $0.rawValue == reason }
    }
}

extension BrokerNews {
    /// What the producer is called on the timeline.
    package static let producer = "producer"
}
