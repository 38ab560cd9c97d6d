/// Which keys the events carry.
///
/// Kafka's promise is that a key lives in one partition. Since the producer chooses the partition first, by runs of
/// events, each partition draws from keys of its own: key number `rank × partitions + partition`.
package enum KeyDistribution: Hashable, Sendable, Codable {
    /// Events without a key.
    case none
    /// One key after another, and from the start again.
    case sequential(count: UInt64)
    case uniform(count: UInt64)
    /// Within each partition, rank *r* of 1, 2, 3 … is drawn with a probability proportional to r^−`exponent`.
    case zipf(count: UInt64, exponent: Double)
    /// New keys all the time: this share of the events, from 0 to 1, carries a key that no event had before.
    ///
    /// The others draw from all keys known so far as ``zipf(count:exponent:)`` does, the oldest the most popular;
    /// `count` are known at the start.
    case growingZipf(count: UInt64, exponent: Double, newShare: Double)

    /// The number of distinct keys over all partitions; `nil` for events without a key, and where new keys arrive.
    package var count: UInt64? {
        switch self {
        case .none, .growingZipf: nil
        case .sequential(let count), .uniform(let count), .zipf(let count, _): count
        }
    }

    /// Those that may be drawn for the first event.
    fileprivate var knownCount: UInt64 {
        guard case .growingZipf(let count, _, _) = self else { return count ?? 0 }
        return count
    }
}

/// Draws keys: the same ones in the same order for the same generator.
package struct KeySampler: Sendable {
    private enum Method: Sendable {
        case none
        case sequential(next: [UInt64])
        case uniform
        case zipf([ZipfSampler])
        case growing([GrowingZipf])
    }

    private let counts: [UInt64]
    private var method: Method

    /// A partition without keys, since there are fewer keys than partitions, uses its own number as its only key.
    package init(_ distribution: KeyDistribution, partitions: Int) {
        let partitions = max(1, partitions)
        let total = distribution.knownCount
        counts = (0..<UInt64(partitions)).map { partition in
            total > partition ? (total - partition - 1) / UInt64(partitions) + 1 : 1
        }
        method =
            switch distribution {
            case .none: .none
            case .sequential: .sequential(next: Array(repeating: 0, count: partitions))
            case .uniform: .uniform
            case .zipf(_, let exponent): .zipf(counts.map { ZipfSampler(count: $0, exponent: exponent) })
            case .growingZipf(_, let exponent, let newShare):
                .growing(counts.map { GrowingZipf(known: $0, exponent: exponent, newShare: newShare) })
            }
    }

    /// The number of the next key for a partition, which must be below the number of partitions; `nil` for events
    /// without a key.
    package mutating func keyIndex(for partition: Int, using generator: inout SplitMix64) -> UInt64? {
        guard let rank = rank(for: partition, using: &generator) else { return nil }
        return rank * UInt64(counts.count) + UInt64(partition)
    }

    private mutating func rank(for partition: Int, using generator: inout SplitMix64) -> UInt64? {
        switch method {
        case .none:
            return nil
        case .sequential(var next):
            // Emptied meanwhile, so that the array is changed in place instead of copied.
            method = .none
            let rank = next[partition]
            next[partition] = rank + 1 < counts[partition] ? rank + 1 : 0
            method = .sequential(next: next)
            return rank
        case .uniform:
            return generator.next().multipliedFullWidth(by: counts[partition]).high
        case .zipf(let samplers):
            return samplers[partition].rank(using: &generator)
        case .growing(var samplers):
            method = .none
            let rank = samplers[partition].rank(using: &generator)
            method = .growing(samplers)
            return rank
        }
    }
}

/// Ranks of which some are new: the next one after all those known, which is known from then on.
private struct GrowingZipf: Sendable {
    private let newShare: Double
    private var known: ZipfSampler

    /// `known` and `exponent` as for ``ZipfSampler``; `newShare` from 0 to 1.
    init(known: UInt64, exponent: Double, newShare: Double) {
        self.newShare = newShare
        self.known = ZipfSampler(count: known, exponent: exponent)
    }

    mutating func rank(using generator: inout SplitMix64) -> UInt64 {
        guard generator.nextUnit() < newShare else { return known.rank(using: &generator) }
        let rank = known.count
        known = ZipfSampler(count: rank + 1, exponent: known.exponent)
        return rank
    }
}

/// The events of a workload in order: partition, key and payload size of each.
///
/// The same seed gives the same events. Keys and sizes are drawn from streams of their own, so that changing the one leaves the other as it was.
package struct WorkloadEvents: Sequence, IteratorProtocol, Sendable {
    package struct Element: Hashable, Sendable {
        package let partition: Int
        /// `nil` for events without a key.
        package let key: UInt64?
        package let payloadSize: Int
    }

    private let workload: Workload
    private var keys: KeySampler
    private var keyGenerator: SplitMix64
    private var sizeGenerator: SplitMix64
    private var index: UInt64 = 0

    package init(_ workload: Workload, seed: UInt64) {
        self.workload = workload
        keys = KeySampler(workload.keys, partitions: workload.partitions)
        var streams = SplitMix64(seed: seed)
        keyGenerator = SplitMix64(seed: streams.next())
        sizeGenerator = SplitMix64(seed: streams.next())
    }

    /// Never `nil`: the load profile says how many events there are.
    package mutating func next() -> Element? {
        let partition = workload.partition(ofEvent: index)
        index &+= 1
        return Element(
            partition: partition,
            key: keys.keyIndex(for: partition, using: &keyGenerator),
            payloadSize: workload.payload.sample(using: &sizeGenerator)
        )
    }
}
