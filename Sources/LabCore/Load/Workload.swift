/// What the producer writes: how many events when, how large, with which keys, to which partitions.
package struct Workload: Hashable, Sendable, Codable {
    /// The base name; each variant has a topic of its own that begins with it.
    package var topic: String
    /// What topics on an external broker are made with.
    package var topicSettings: TopicSettings
    package var partitions: Int
    package var compression: Compression
    /// With a ``content`` that brings its own values, their mean size.
    package var payload: PayloadSize
    /// What events have that the lab's own do not; `nil` for nothing.
    package var content: EventContent?
    package var keys: KeyDistribution
    /// How many consecutive events go to one partition before the next partition's turn.
    package var runLength: Int
    /// In incident time.
    package var phases: [LoadPhase]

    /// - Precondition: `partitions` and `runLength` are above zero.
    package init(
        topic: String,
        topicSettings: TopicSettings = TopicSettings(),
        partitions: Int,
        compression: Compression = .standard,
        payload: PayloadSize,
        content: EventContent? = nil,
        keys: KeyDistribution,
        runLength: Int,
        phases: [LoadPhase]
    ) {
        precondition(partitions > 0 && runLength > 0, "a workload has partitions and runs")
        self.topic = topic
        self.topicSettings = topicSettings
        self.partitions = partitions
        self.compression = compression
        self.payload = payload
        self.content = content
        self.keys = keys
        self.runLength = runLength
        self.phases = phases
    }

    /// The phases on the wall clock.
    package func profile(at timeScale: TimeScale) -> LoadProfile {
        LoadProfile(phases: phases.map { $0.scaled(by: timeScale) })
    }

    /// The partition of event number `index`, from zero: runs of events, partition after partition.
    package func partition(ofEvent index: UInt64) -> Int {
        let (partitions, runLength) = (max(1, partitions), max(1, runLength))
        return Int(index / UInt64(runLength) % UInt64(partitions))
    }
}

/// The size of a payload in bytes, the lab's envelope included.
package enum PayloadSize: Hashable, Sendable, Codable {
    case fixed(ByteCount)
    case uniform(minimum: ByteCount, maximum: ByteCount)
    /// Every doubling of the size is as likely as the next.
    case logUniform(minimum: ByteCount, maximum: ByteCount)
    /// Values outside the bounds are moved to the nearest bound.
    case normal(mean: ByteCount, deviation: ByteCount, minimum: ByteCount, maximum: ByteCount)

    /// Room for the envelope with the longest numbers, and a little more.
    package static let smallest = ByteCount(64)
    /// Under the default `max.message.bytes` of brokers and producers, with room for headers and key.
    package static let largest = ByteCount(960 << 10)

    package func sample(using generator: inout SplitMix64) -> Int {
        switch self {
        case .fixed(let size):
            return Int(size.bytes)
        case .uniform(let minimum, let maximum):
            let choices = Double(maximum.bytes - minimum.bytes) + 1
            return bounded(
                Double(minimum.bytes) + (generator.nextUnit() * choices).rounded(.down),
                minimum,
                maximum
            )
        case .logUniform(let minimum, let maximum):
            let low = Transcendental.logarithm(max(1, Double(minimum.bytes)))
            let high = Transcendental.logarithm(max(1, Double(maximum.bytes)))
            return bounded(
                Transcendental.exponential(low + generator.nextUnit() * (high - low)),
                minimum,
                maximum
            )
        case .normal(let mean, let deviation, let minimum, let maximum):
            let size = Double(mean.bytes) + Self.standardNormal(using: &generator) * Double(deviation.bytes)
            return bounded(size, minimum, maximum)
        }
    }

    /// The expected size in bytes; for a normal distribution the bounds are left out of account.
    package var mean: Double {
        switch self {
        case .fixed(let size):
            return Double(size.bytes)
        case .uniform(let minimum, let maximum):
            return Double(minimum.bytes + maximum.bytes) / 2
        case .logUniform(let minimum, let maximum):
            let (low, high) = (max(1, Double(minimum.bytes)), max(1, Double(maximum.bytes)))
            return high > low ? (high - low) / Transcendental.logarithm(high / low) : low
        case .normal(let mean, _, _, _):
            return Double(mean.bytes)
        }
    }

    private func bounded(_ size: Double, _ minimum: ByteCount, _ maximum: ByteCount) -> Int {
        Int(min(max(size.rounded(), Double(minimum.bytes)), Double(maximum.bytes)))
    }

    /// Box and Muller (1958), one of the two values; the first draw is moved from [0, 1) to (0, 1].
    private static func standardNormal(using generator: inout SplitMix64) -> Double {
        let radius = (-2 * Transcendental.logarithm(1 - generator.nextUnit())).squareRoot()
        return radius * Transcendental.cosine(2 * .pi * generator.nextUnit())
    }
}
