/// The buckets of a histogram of fixed size: sixteen to each power of two, so that a value is known to within
/// 6.25 %, as HdrHistogram lays them out.
///
/// Values are whole numbers from 0 to 2⁴⁰ − 1 (in microseconds: 12 days); larger ones count in the last bucket.
package enum HistogramLayout {
    package static let bucketCount = 16 * 37
    private static let largest = UInt64(1) << 40 - 1

    /// The bucket that counts `value`.
    package static func bucket(of value: UInt64) -> Int {
        let value = min(value, largest)
        guard value >= 16 else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 3) * 16 + Int(value >> UInt64(exponent - 4)) - 16
    }

    /// The smallest value in a bucket.
    package static func lowerBound(of bucket: Int) -> UInt64 {
        guard bucket >= 16 else { return UInt64(bucket) }
        let exponent = bucket / 16 + 3
        return UInt64(16 + bucket % 16) << UInt64(exponent - 4)
    }

    /// The largest value in a bucket.
    package static func upperBound(of bucket: Int) -> UInt64 { lowerBound(of: bucket + 1) - 1 }
}

/// A histogram's counts at one instant.
///
/// Adding two gives the histogram of both. Counts wrap around instead of trapping, since they may come from a
/// page that was overwritten.
package struct HistogramSnapshot: Sendable, Hashable, Codable {
    /// Sparse: bucket to count.
    package var counts: [Int: UInt64] = [:]
    package var total: UInt64 = 0
    package var sum: UInt64 = 0
    package var maximum: UInt64 = 0

    package init() {}

    package mutating func record(_ value: UInt64, count: UInt64 = 1) {
        counts[HistogramLayout.bucket(of: value), default: 0] &+= count
        total &+= count
        sum &+= value &* count
        maximum = max(maximum, value)
    }

    package mutating func add(_ other: HistogramSnapshot) {
        counts.merge(other.counts, uniquingKeysWith: &+)
        total &+= other.total
        sum &+= other.sum
        maximum = max(maximum, other.maximum)
    }

    /// What was recorded since `earlier`, a snapshot of the same histogram; what only the earlier one has is left out.
    ///
    /// Its maximum is the upper end of its highest bucket, at most that of the whole.
    package func since(_ earlier: HistogramSnapshot) -> HistogramSnapshot {
        var difference = HistogramSnapshot()
        for (bucket, count) in counts {
            let before = earlier.counts[bucket] ?? 0
            guard count > before, (0..<HistogramLayout.bucketCount).contains(bucket) else { continue }
            difference.counts[bucket] = count - before
            difference.total &+= count - before
        }
        difference.sum = sum &- earlier.sum
        difference.maximum =
            difference.counts.keys.max().map {
                min(maximum, HistogramLayout.upperBound(of: $0))
            } ?? 0
        return difference
    }

    /// As ``quantile(_:)``, on the line between the ends of its bucket: finer than the bucket where values are spread
    /// evenly within it.
    package func interpolatedQuantile(_ fraction: Double) -> Double? {
        guard total > 0, !fraction.isNaN else { return nil }
        let rank = min(max(fraction, 0), 1) * Double(total)
        var seen = 0.0
        for bucket in counts.keys.sorted() {
            let count = Double(counts[bucket] ?? 0)
            guard seen + count >= rank, count > 0 else {
                seen += count
                continue
            }
            let low = Double(HistogramLayout.lowerBound(of: bucket))
            let high = Double(HistogramLayout.upperBound(of: bucket)) + 1
            return min(low + (high - low) * (rank - seen) / count, Double(maximum))
        }
        return Double(maximum)
    }

    package var mean: Double? { total == 0 ? nil : Double(sum) / Double(total) }

    /// The value that a fraction of all recorded values does not exceed; fractions outside 0…1 are moved to the nearest
    /// end.
    /// - Returns: the upper end of its bucket, never above the maximum; `nil` if nothing was recorded.
    package func quantile(_ fraction: Double) -> UInt64? {
        guard total > 0, !fraction.isNaN else { return nil }
        let rank = max(1, UInt64(exactly: (min(max(fraction, 0), 1) * Double(total)).rounded(.up)) ?? .max)
        var seen: UInt64 = 0
        for bucket in counts.keys.sorted() {
            seen &+= counts[bucket] ?? 0
            if seen >= rank { return min(maximum, HistogramLayout.upperBound(of: bucket)) }
        }
        return maximum
    }
}
