extension Series {
    /// The same with at most `limit` readings at equal distances, the last one among them.
    ///
    /// - Precondition: `limit` is above 0.
    package func thinned(to limit: Int) -> Series {
        guard times.count > limit else { return self }
        let step = (times.count + limit - 1) / limit
        let kept = stride(from: (times.count - 1) % step, to: times.count, by: step)
        return Series(times: kept.map { times[$0] }, values: kept.map { values[$0] })
    }
}

/// A series that grows in bounded room: when it is full, every second reading is forgotten, and from then on only every
/// second one kept, so that readings stand equally far apart over all of its length.
package struct ThinnedSeries: Sendable, Hashable {
    private var kept: Series
    private let limit: Int
    private var step = 1
    private var skipped = 0
    /// The newest reading, if it is one of those that are left out.
    private var newest = Series()

    /// Begins with the readings of a series; at most `limit` are kept, besides the newest.
    package init(_ series: Series = Series(), keeping limit: Int) {
        kept = series
        self.limit = max(2, limit)
    }

    package mutating func append(_ value: Double, at time: Int64) {
        skipped += 1
        guard skipped >= step else {
            newest = Series(times: [time], values: [value])
            return
        }
        skipped = 0
        newest = Series()
        kept.append(value, at: time)
        guard kept.times.count >= limit else { return }
        kept = kept.thinned(to: (kept.times.count + 1) / 2)
        step *= 2
    }

    /// The newest reading included.
    package var series: Series {
        guard let time = newest.times.last, let value = newest.values.last else { return kept }
        var series = kept
        series.append(value, at: time)
        return series
    }
}
