import LabCore

/// How an exact count (live tasks, live instances, events outlived by a task, descriptors and other resources) changed
/// between the end of warm-up and the end of each life.
struct CountGrowth: Sendable, Hashable {
    /// One life's part in it.
    struct Change: Sendable, Hashable {
        var growth: Double
        /// Events handled meanwhile.
        var events: Double
        /// The largest growth that is no leak over so many events.
        var threshold: Double
        /// The pod had nothing left to do at the end, so that nothing counted was still at work.
        var wasDrained: Bool
        var exceeds: Bool
        /// What rose beyond the threshold has not risen for long: a pool that is full.
        var hasStopped = false
        /// And the load went on all the while.
        var isSettled = false
        /// The labelled site with the most live tasks or instances at the end of the life.
        var topSite: VariantResult.Site?
    }

    var changes: [Change]

    /// - Returns: `nil` if the count was not recorded in any life.
    static func over(_ lives: [Life], of metric: MetricName, settings: AnalysisSettings) -> CountGrowth? {
        guard lives.contains(where: { !$0[metric].isEmpty }) else { return nil }
        return CountGrowth(changes: lives.compactMap { change(of: metric, in: $0, settings: settings) })
    }

    private static func change(of metric: MetricName, in life: Life, settings: AnalysisSettings) -> Change? {
        let track = life[metric]
        guard let usable = life.usable, let end = life.final(metric), let lastRead = track.times.last,
            let base = track.interpolated(at: usable.from)
        else { return nil }
        // A killed pod's events are known to the last one, its other counts to the last reading.
        let events = max(0, life.events(at: lastRead) - life.events(at: usable.from))
        let threshold = max(settings.floor(of: metric), settings.allowance(of: metric) * events)
        let wasDrained = life.quiescentFrom != nil
        let windows = Windows(usable, parts: settings.finestWindows, settings: settings)
        // What shows at the end alone has not stopped.
        let rise = Rise(windows.minima(of: track, in: life)).flatMap { 2 * $0.size >= end - base ? $0 : nil }
        let hasStopped = rise?.hasPaused ?? false
        return Change(
            growth: end - base,
            events: events,
            threshold: threshold,
            wasDrained: wasDrained,
            exceeds: end - base > threshold
                && (wasDrained
                    // In a life that was cut short the last sample counts work in progress too. That comes and goes.
                    || track.keepsRising(in: usable, by: threshold, parts: settings.fewestWindows)),
            hasStopped: hasStopped,
            isSettled: rise.map { $0.hasStopped && $0.wasAskedOn } ?? false,
            topSite: life.sites.filter { $0.kind == kind(of: metric) }.max { $0.live < $1.live }
        )
    }
}

extension CountGrowth {
    /// That of the sites which say what the count is made of; `nil` for what has no sites.
    private static func kind(of metric: MetricName) -> String? {
        switch metric {
        case .tasks, .outliving: "task"
        case .instances: "instance"
        default: nil
        }
    }

    /// `leaking` if the count of any drained life, or of most of those cut short, exceeds its threshold and rose to the end;
    /// `inconclusive` if it stopped with the load, or without a life that outlived its warm-up.
    var verdict: Verdict {
        guard !changes.isEmpty else { return .inconclusive }
        let cutShort = changes.filter { !$0.wasDrained }
        let isLeaking =
            changes.contains { $0.wasDrained && $0.isLeaking }
            || cutShort.count { $0.isLeaking } * 2 > cutShort.count
        if isLeaking { return .leaking }
        return changes.contains { $0.exceeds && $0.hasStopped && !$0.isSettled } ? .inconclusive : .bounded
    }

    /// The life that speaks loudest: beyond its threshold if any is, then by growth.
    var worst: Change? {
        changes.max { ($0.isLeaking ? 1 : 0, $0.growth) < ($1.isLeaking ? 1 : 0, $1.growth) }
    }

    /// The median over lives, with the smallest and the largest; `nil` if no events were handled after warm-up.
    var perEvent: Estimate? {
        let rates = changes.filter { $0.events > 0 }.map { $0.growth / $0.events }
        guard let middle = median(rates), let low = rates.min(), let high = rates.max() else { return nil }
        return Estimate(estimate: middle, low: low, high: high)
    }

    func evidence(for metric: MetricName) -> Evidence {
        let growth = changes.map(\.growth)
        let estimate = worst.map {
            Estimate(estimate: $0.growth, low: growth.min() ?? $0.growth, high: growth.max() ?? $0.growth)
        }
        return Evidence(
            metric: metric.rawValue,
            against: "threshold",
            unit: metric == .outliving ? "events" : metric.isInBytes ? "bytes" : metric.rawValue,
            n: changes.count,
            windowSeconds: nil,
            estimate: estimate,
            threshold: worst?.threshold ?? 0,
            says: verdict.rawValue
        )
    }
}

extension CountGrowth.Change {
    var isLeaking: Bool { exceeds && !hasStopped }
}
