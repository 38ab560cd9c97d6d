import LabCore

extension HistogramSnapshot {
    /// The sum of all, without buckets that the layout does not have and with counts that cannot overflow: the
    /// counts may come from a damaged recording.
    static func merged(_ parts: some Sequence<HistogramSnapshot>) -> HistogramSnapshot {
        var result = HistogramSnapshot()
        for part in parts {
            for (bucket, count) in part.counts where (0..<HistogramLayout.bucketCount).contains(bucket) {
                let counted = min(count, largestCount)
                result.counts[bucket, default: 0] &+= counted
                result.total &+= counted
            }
            result.maximum = max(result.maximum, part.maximum)
        }
        return result
    }

    private static var largestCount: UInt64 { 1 << 36 }
}

extension VariantResult.Latency {
    /// - Parameter histogram: microseconds.
    init(_ histogram: HistogramSnapshot) {
        self.init()
        guard histogram.total > 0 else { return }
        p50Millis = histogram.quantile(0.5).map { Double($0) / 1_000 }
        p99Millis = histogram.quantile(0.99).map { Double($0) / 1_000 }
        maxMillis = Double(histogram.maximum) / 1_000
    }
}

extension VariantResult.EventAge {
    /// - Parameters:
    ///   - histogram: microseconds of wall time.
    ///   - timeScale: incident seconds in a wall second.
    init(_ histogram: HistogramSnapshot, timeScale: Double) {
        self.init()
        guard histogram.total > 0 else { return }
        p50Seconds = histogram.quantile(0.5).map { Double($0) / 1e6 * timeScale }
        p99Seconds = histogram.quantile(0.99).map { Double($0) / 1e6 * timeScale }
        maxSeconds = Double(histogram.maximum) / 1e6 * timeScale
    }
}

extension VariantResult.Lag {
    /// - Parameters:
    ///   - series: events.
    ///   - status: severities of ``LagStatus``.
    ///   - productionEnded: nanoseconds since the start of the run.
    ///   - timeScale: incident seconds in a wall second.
    init(_ series: Series?, status: Series? = nil, productionEnded: Int64?, timeScale: Double) {
        self.init()
        let lag = Track(series)
        peak = wholeNumber(lag.values.max() ?? 0)
        final = wholeNumber(lag.values.last ?? 0)
        drainSeconds = productionEnded.flatMap { Self.drainSeconds(lag, after: Double($0) / 1e9) }
            .map { $0 * timeScale }
        let end = productionEnded.map { Double($0) / 1e9 } ?? .infinity
        tell(LagHistory(status), productionEnd: end, timeScale: timeScale)
    }

    private mutating func tell(_ history: LagHistory, productionEnd: Double, timeScale: Double) {
        status = history.status(at: productionEnd)
        worstStatus = history.worst
        laggingSeconds = history.seconds(in: .lagging).map { $0 * timeScale }
        stalledSeconds = history.seconds(in: .stalled).map { $0 * timeScale }
        stoppedSeconds = history.seconds(in: .stopped).map { $0 * timeScale }
    }

    /// Wall seconds from `end` until the lag is zero and stays it; `nil` if it never was, or was not read after.
    private static func drainSeconds(_ lag: Track, after end: Double) -> Double? {
        guard let last = lag.times.last, last >= end, let final = lag.values.last, final <= 0 else {
            return nil
        }
        guard let behind = lag.values.lastIndex(where: { $0 > 0 }) else { return 0 }
        return max(0, lag.times[behind + 1] - end)
    }
}

/// The nearest whole number, within ±2⁶²; 0 for what is no number.
func wholeNumber(_ value: Double) -> Int {
    value.isNaN ? 0 : Int(max(-0x1p62, min(0x1p62, value.rounded())))
}
