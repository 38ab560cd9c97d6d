import LabCore

/// Series of a whole variant, made from those of its pods' lives.
struct PodTotals {
    let variant: RecordedVariant
    /// Readings closer to each other than this, nanoseconds, count as taken at one instant.
    let coalescing: Int64

    private struct Reading {
        var time: Int64
        var pod: Int
        /// `nil` at the end of a life.
        var value: Double?
    }

    /// The sum over the pods that live at each instant; zero while all are dead between two lives.
    func sum(of metric: MetricName) -> Series {
        totals(of: metric) { values in values.reduce(0, +) }
    }

    /// The mean over the pods that live at each instant; nothing is recorded while all are dead.
    func mean(of metric: MetricName) -> Series {
        totals(of: metric) { values in values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
    }

    /// A counter that starts at zero in every life, added up over all lives.
    func cumulative(of metric: MetricName) -> Series {
        var steps: [(time: Int64, increase: Double)] = []
        for life in variant.pods.flatMap(\.lives) {
            var previous = 0.0
            for point in points(life, metric) {
                steps.append((point.time, max(0, point.value - previous)))
                previous = point.value
            }
        }
        steps.sort { $0.time < $1.time }
        var total = 0.0
        var series = Series()
        for step in steps {
            total += step.increase
            series.append(total, at: step.time)
        }
        return series
    }

    private func totals(of metric: MetricName, _ combine: ([Double]) -> Double?) -> Series {
        let readings = readings(of: metric)
        guard let lastReading = readings.last(where: { $0.value != nil })?.time else { return Series() }
        var current = [Double?](repeating: nil, count: variant.pods.count)
        var series = Series()
        var index = 0
        while index < readings.count, readings[index].time <= lastReading {
            let instant = readings[index].time
            while index < readings.count, readings[index].time - instant < max(1, coalescing) {
                current[readings[index].pod] = readings[index].value
                index += 1
            }
            if let value = combine(current.compactMap { $0 }) { series.append(value, at: instant) }
        }
        return series
    }

    private func readings(of metric: MetricName) -> [Reading] {
        var readings: [Reading] = []
        for (pod, recorded) in variant.pods.enumerated() {
            for (index, life) in recorded.lives.enumerated() {
                readings += points(life, metric).map { Reading(time: $0.time, pod: pod, value: $0.value) }
                // The very last life is not followed by a death: its line ends where its readings end.
                if let end = life.end, Series.reportableTimes.contains(end), index + 1 < recorded.lives.count
                {
                    readings.append(Reading(time: end, pod: pod, value: nil))
                }
            }
        }
        return readings.sorted { ($0.time, $0.pod) < ($1.time, $1.pod) }
    }

    private func points(_ life: RecordedLife, _ metric: MetricName) -> [SeriesPoint] {
        life.series[metric]?.finitePoints ?? []
    }
}
