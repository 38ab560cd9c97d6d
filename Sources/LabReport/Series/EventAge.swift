import LabCore

extension RecordedVariant {
    /// How long the oldest event that is not yet committed has been waiting, wall seconds, at each reading of the lag.
    ///
    /// What is committed was produced when the count of produced events passed it: the partitions are taken together,
    /// as if they were read in the order of writing. Empty where the counts were not recorded.
    var eventAge: Series {
        guard let produced = series[.produced]?.finitePoints, let lag = series[.lag] else { return Series() }
        var ages = Series()
        var oldest = 0
        let counter = Series(produced)
        for reading in lag.finitePoints {
            let committed = (counter.value(at: reading.time) ?? 0) - max(0, reading.value)
            // Offsets only move on, so the search goes on from where it was.
            while oldest < produced.count, produced[oldest].value <= committed { oldest += 1 }
            let since =
                oldest < produced.count ? produced.time(atIndex: oldest, of: committed) : Double(reading.time)
            ages.append(max(0, Double(reading.time) - since) / 1e9, at: reading.time)
        }
        return ages
    }
}

extension [SeriesPoint] {
    /// When the counter passed `value` on its way to the reading at `index`, nanoseconds.
    fileprivate func time(atIndex index: Int, of value: Double) -> Double {
        guard index > 0, self[index].value > self[index - 1].value else { return Double(self[index].time) }
        let (before, after) = (self[index - 1], self[index])
        let share = (value - before.value) / (after.value - before.value)
        return Double(before.time) + Double(after.time - before.time) * Swift.min(1, Swift.max(0, share))
    }
}
