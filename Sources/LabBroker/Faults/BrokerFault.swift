/// Something that goes wrong between clients and the broker, on purpose.
///
/// Faults are values: a list of them is handed to the front, which applies them from then on.
package struct BrokerFault: Hashable, Sendable {
    package enum Effect: Hashable, Sendable {
        /// The answer comes so much later.
        case delay(Duration)
        /// Answers go out at so many bytes per second on each connection; above 0.
        case throttle(bytesPerSecond: Int)
        /// The connection is closed in place of an answer; the broker never sees the request.
        case cut
        /// The connection stays open and nothing comes through it any more, in either direction.
        case halfOpen
        /// The broker does what is asked, and its answer is lost.
        case dropAnswer
        /// The broker does what is asked; half of its answer comes through, then the connection is closed.
        case truncate
        /// One bit of the answer is another one, anywhere behind the number by which a client knows whose answer it is.
        ///
        /// Which bit is drawn by the seed.
        case flipBit(seed: UInt64)
        /// The front answers with an error code of Kafka's protocol; the broker never sees the request.
        case error(Int16)
        /// Connections are closed and new ones refused, whatever they ask for.
        case down
    }

    /// Which of the requests that match are hit.
    package enum Occurrence: Hashable, Sendable {
        case always
        /// The first so many.
        case first(Int)
        /// The n-th, the 2n-th and so on; `n` of 1 at least.
        case every(Int)
        /// Of all, such a share, from 0 to 1, drawn with a fixed seed.
        case share(Double, seed: UInt64)
    }

    package var effect: Effect
    /// Only these requests; empty: all.
    package var requests: Set<KafkaRequest>
    /// Only requests about this topic.
    ///
    /// Those that name no topics are never meant then.
    package var topic: String?
    /// Only requests about one of these partitions; empty: all.
    package var partitions: Set<Int32>
    package var occurrence: Occurrence
    /// Since the faults were handed over.
    package var from: Duration
    /// Since the faults were handed over; `nil`: until others are.
    package var to: Duration?

    package init(
        _ effect: Effect,
        requests: Set<KafkaRequest> = [],
        topic: String? = nil,
        partitions: Set<Int32> = [],
        occurrence: Occurrence = .always,
        from: Duration = .zero,
        to: Duration? = nil
    ) {
        (self.effect, self.requests, self.topic, self.partitions) = (effect, requests, topic, partitions)
        (self.occurrence, self.from, self.to) = (occurrence, from, to)
    }

    /// Whether it can be looked for without reading what the request is about.
    var asksForPlaces: Bool { topic != nil || !partitions.isEmpty }

    func isActive(at time: Duration) -> Bool { time >= from && to.map { time < $0 } ?? true }

    func means(_ request: KafkaRequest, about places: [RequestPlace]?) -> Bool {
        guard requests.isEmpty || requests.contains(request) else { return false }
        guard asksForPlaces else { return true }
        return places?.contains(where: means) ?? false
    }

    /// Whether an error is for this partition of the request.
    func means(_ place: RequestPlace) -> Bool {
        (topic == nil || topic == place.topic)
            && (partitions.isEmpty || place.partition.map(partitions.contains) ?? false)
    }
}
