import LabCore

/// The equal windows that the usable time of a life is cut into.
struct Windows: Sendable, Hashable {
    let from: Double
    /// Wall seconds.
    let length: Double
    let count: Int

    /// Equal parts of the span, twentieths if nothing else is said, but at least half a second each; a rest at the end is left out.
    init(_ usable: Life.Usable, parts: Int? = nil, settings: AnalysisSettings) {
        let span = usable.to - usable.from
        from = usable.from
        length = max(settings.shortestWindow, span / Double(max(1, parts ?? settings.windowsPerLife)))
        count = length > 0 && span.isFinite ? Int(min((span / length + 1e-6).rounded(.down), 100_000)) : 0
    }

    /// The least value in each window, with the events handled when it was read.
    ///
    /// Windows without a sample are left out, and of neighbours without an event between them only the lower remains.
    func minima(of metric: Track, in life: Life) -> [WindowPoint] {
        points(in: life) { start, end in metric.minimum(from: start, to: end) }
    }

    /// The same for the difference from another life's minimum in the same window of wall time, where that life was
    /// warmed up.
    func differences(of metric: MetricName, between life: Life, and control: Life) -> [WindowPoint] {
        let warmedUp = control.usable?.from ?? .infinity
        return points(in: life) { start, end in
            guard start >= warmedUp, let own = life[metric].minimum(from: start, to: end),
                let other = control[metric].minimum(from: start, to: end)
            else { return nil }
            return (own.time, own.value - other.value)
        }
    }

    var end: Double { start(of: count) }

    private func start(of index: Int) -> Double { from + Double(index) * length }

    private func points(
        in life: Life,
        _ minimum: (_ start: Double, _ end: Double) -> (time: Double, value: Double)?
    ) -> [WindowPoint] {
        var points: [WindowPoint] = []
        for index in 0..<count {
            guard let found = minimum(start(of: index), start(of: index + 1)) else { continue }
            let point = WindowPoint(
                events: life.events(at: found.time),
                bytes: found.value,
                seconds: found.time
            )
            if let last = points.last, last.events >= point.events {
                points[points.count - 1].bytes = min(last.bytes, point.bytes)
            } else {
                points.append(point)
            }
        }
        return points
    }
}
