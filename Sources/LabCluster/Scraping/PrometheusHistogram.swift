package import LabCore

/// The buckets of a histogram on a metrics page, of all series that a selector means, in seconds.
///
/// Buckets of several series and pods add up; quantiles of a summary would not, so that none is read.
package struct PrometheusHistogram: Hashable, Sendable {
    /// Upper bounds in seconds, ascending, with the number of values up to each; the last one may be infinite.
    private let buckets: [Bucket]

    private struct Bucket: Hashable, Sendable {
        var bound: Double
        var count: Double
    }

    /// What a page has to be read for.
    package static func names(of selector: MetricSelector) -> [String] { ["\(selector.name)_bucket"] }

    /// - Returns: `nil` without buckets.
    package init?(_ selector: MetricSelector, in reading: PrometheusText.Reading) {
        let samples = reading.samples["\(selector.name)_bucket"] ?? []
        var counts: [Double: Double] = [:]
        for sample in samples where selector.matches(sample.labels) {
            guard let text = sample.labels["le"], let bound = Self.bound(text), sample.value >= 0 else {
                continue
            }
            counts[bound, default: 0] += sample.value
        }
        guard !counts.isEmpty else { return nil }
        buckets = counts.sorted { $0.key < $1.key }.map { Bucket(bound: $0.key, count: $0.value) }
    }

    private static func bound(_ text: String) -> Double? {
        guard let bound = text == "+Inf" ? .infinity : Double(text), !bound.isNaN, bound >= 0 else {
            return nil
        }
        return bound
    }

    /// The same in microseconds, the values of each bucket spread evenly over it, as Prometheus' `histogram_quantile` takes them.
    ///
    /// What is above the last finite bound counts there.
    package var snapshot: HistogramSnapshot {
        var snapshot = HistogramSnapshot()
        var (low, seen) = (0.0, 0.0)
        for bucket in buckets {
            let count = bucket.count - seen
            let high = bucket.bound.isFinite ? min(bucket.bound * 1e6, 1e12) : low
            if count >= 1 { snapshot.spread(UInt64(min(count, 1e15)), from: low, to: max(low, high)) }
            (low, seen) = (max(low, high), max(seen, bucket.count))
        }
        return snapshot
    }
}

extension HistogramSnapshot {
    /// So many pieces of a bucket are one value each.
    private static var pieces: UInt64 { 16 }

    fileprivate mutating func spread(_ count: UInt64, from low: Double, to high: Double) {
        let pieces = min(count, Self.pieces)
        for piece in 0..<pieces {
            let value = low + (high - low) * (Double(piece) + 0.5) / Double(pieces)
            let share = count * (piece + 1) / pieces - count * piece / pieces
            record(UInt64(max(0, value)), count: share)
        }
        maximum = Swift.max(maximum, UInt64(Swift.max(0, high)))
    }
}
