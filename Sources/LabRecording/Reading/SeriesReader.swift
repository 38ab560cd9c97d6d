import GRDB
import LabCore

/// Reads all samples of a run.
struct SeriesReader {
    typealias SeriesByMetric = [MetricName: Series]

    let path: String

    private struct Key: Hashable {
        var subject: Int64
        var metric: Int64
    }

    /// All series, by number of the subject.
    ///
    /// One pass in the order of recording; a series is sorted only if its times do not ascend.
    func series(_ db: Database) throws -> [Int64: SeriesByMetric] {
        let names = try metricNames(db)
        var collected: [Int64: SeriesByMetric] = [:]
        for (key, series) in try samples(db) {
            guard let name = names[key.metric] else {
                throw LabError.damaged(path, "samples of an unknown metric \(key.metric)")
            }
            collected[key.subject, default: [:]][name] = series.ascending
        }
        return collected
    }

    /// What is known of the metrics besides their names; recordings of before `v3` know nothing.
    func descriptions(_ db: Database) throws -> [MetricName: MetricDescription] {
        try MetricRecord.fetchAll(db).reduce(into: [:]) { descriptions, metric in
            guard metric.kind != nil || metric.unit != nil else { return }
            guard let kind = metric.kind.flatMap(VariantResult.Metric.Kind.init),
                let unit = metric.unit.flatMap(MetricUnit.init)
            else { throw LabError.damaged(path, "a metric of an unknown kind or unit") }
            descriptions[MetricName(metric.name)] = MetricDescription(kind: kind, unit: unit)
        }
    }

    private func metricNames(_ db: Database) throws -> [Int64: MetricName] {
        try MetricRecord.fetchAll(db).reduce(into: [:]) { names, metric in
            names[metric.id] = MetricName(metric.name)
        }
    }

    private func samples(_ db: Database) throws -> [Key: Series] {
        // Slots instead of a dictionary of series: a series is appended to in place.
        var slots: [Key: Int] = [:]
        var series: [Series] = []
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT subject, metric, at, value FROM samples ORDER BY rowid"
        )
        while let row = try rows.next() {
            let key = Key(subject: try row.decode(atIndex: 0), metric: try row.decode(atIndex: 1))
            let time: Int64 = try row.decode(atIndex: 2)
            let value: Double = try row.decode(atIndex: 3)
            guard RunTime.range.contains(time), value.isFinite else {
                throw LabError.damaged(path, "an impossible sample")
            }
            if let slot = slots[key] {
                series[slot].append(value, at: time)
            } else {
                slots[key] = series.count
                series.append(Series(times: [time], values: [value]))
            }
        }
        return slots.mapValues { series[$0] }
    }
}

extension Series {
    /// Itself, or sorted by time if times do not ascend; samples of one instant keep their order.
    fileprivate var ascending: Series {
        let isAscending = zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }
        guard !isAscending else { return self }
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        return Series(times: order.map { times[$0] }, values: order.map { values[$0] })
    }
}
