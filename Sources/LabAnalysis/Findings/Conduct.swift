import LabCore

/// How the pods of a variant did their work, whatever their memory does: what no clean exit status may hide.
///
/// Looked for in every run, and beyond its limit in each of them.
struct Conduct: Sendable {
    let variant: ObservedVariant
    /// As the result has them.
    let lag: VariantResult.Lag
    let drain: Drain?
    let produced: Int
    /// The recording is complete: while it goes on, what is under way is not left.
    let isOver: Bool
    /// Incident seconds in a wall second.
    let timeScale: Double

    /// A second crash of a pod may be bad luck; a third is a loop.
    private static let toleratedCrashes = 2.0
    /// A group that commits now and then leaves some events uncommitted for good.
    private static let toleratedShare = 0.01
    /// Wall seconds without a commit that make a group stalled or stopped.
    private static let stillness = 10.0

    var findings: [Finding] { [crashLoop, oomKills, stalled, notDrained].compactMap(\.self) }

    private var crashLoop: Finding? {
        let crashes = variant.all.pods.map { pod in pod.count { $0.hasCrashed } }
        guard let most = crashes.max(), Double(most) > Self.toleratedCrashes else { return nil }
        let all = crashes.reduce(0, +)
        return Finding(
            kind: .crashLoop,
            metric: "restarts",
            value: Double(most),
            limit: Self.toleratedCrashes,
            note: crashes.count > 1 ? "\(grouped(all)) crashes of \(grouped(crashes.count)) pods" : nil
        )
    }

    private var oomKills: Finding? {
        let kills = variant.all.oomKills
        guard kills > 0 else { return nil }
        return Finding(kind: .oomKills, metric: MetricName.charge.rawValue, value: Double(kills), limit: 0)
    }

    private var stalled: Finding? {
        let isStill = lag.status == .stalled || lag.status == .stopped
        let seconds = (lag.stalledSeconds ?? 0) + (lag.stoppedSeconds ?? 0)
        guard isStill, drain?.outcome != .drained, seconds > 0 else { return nil }
        return Finding(
            kind: .stalled,
            metric: MetricName.lag.rawValue,
            value: seconds + Self.stillness * timeScale,
            limit: Self.stillness * timeScale
        )
    }

    private var notDrained: Finding? {
        guard isOver || drain != nil, drain?.outcome != .drained, drain?.outcome != .interrupted else {
            return nil
        }
        let left = Double(drain?.left ?? lag.final)
        let limit = (Self.toleratedShare * Double(max(0, produced))).rounded(.up)
        guard left > limit else { return nil }
        return Finding(
            kind: .notDrained,
            metric: MetricName.lag.rawValue,
            value: left,
            limit: limit,
            note: "of \(grouped(produced)) produced"
        )
    }
}

/// Levels of the variant's own that nobody asked about, and that rose with the events and never fell.
///
/// A name that nobody listed must not hide a leak of connections; but what a level means only its owner knows, so it flags nothing.
struct UnaskedRises: Sendable {
    let variant: ObservedVariant
    let declared: [MetricName: MetricDescription]
    let settings: AnalysisSettings

    var findings: [Finding] {
        let asked = Set(variant.watched.resources + variant.watched.rules.map { MetricName($0.metric) })
        let names = Set(variant.lives.flatMap(\.metrics)).filter { $0.isOfIncident && !asked.contains($0) }
        return names.sorted().compactMap(finding)
    }

    private func finding(_ metric: MetricName) -> Finding? {
        guard isLevel(metric) else { return nil }
        let lives = variant.lives.filter { $0.usable != nil }
        let rises = lives.compactMap { rise(of: metric, in: $0) }
        guard 2 * rises.count > lives.count, let largest = rises.max() else { return nil }
        return Finding(
            kind: .rising,
            metric: metric.rawValue,
            value: largest,
            limit: nil,
            note: "list it in verdict.resources to have it judged"
        )
    }

    /// Counters rise for ever by their nature: an incident says so, and Prometheus has suffixes for them (*Metric and label naming*).
    private func isLevel(_ metric: MetricName) -> Bool {
        if let known = declared[metric] {
            return known.kind == .gauge && [.count, .bytes].contains(known.unit)
        }
        return !["_total", "_count", "_sum", "_bucket", "_created"].contains { metric.rawValue.hasSuffix($0) }
    }

    private func rise(of metric: MetricName, in life: Life) -> Double? {
        guard let usable = life.usable else { return nil }
        let windows = Windows(usable, parts: settings.finestWindows, settings: settings)
        let points = windows.minima(of: life[metric], in: life)
        let least = metric.leastChange(bytes: settings.oneOffBytes, settings: settings)
        guard let stretch = Stretch(points, settings: settings), let rise = Rise(points),
            stretch.line.low > 0,
            rise.size > least, !rise.hasPaused,
            !stretch.isSlowing(to: settings.slowingShare, settings: settings)
        else { return nil }
        return rise.size
    }
}
