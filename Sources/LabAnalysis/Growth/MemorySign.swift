import LabCore

/// What a memory metric says of a set of lives.
struct MemorySign: Sendable, Hashable {
    var metric: MetricName
    /// `threshold`, or the name of the control.
    var against: String
    /// Of the life that decides; `nil` if there were too few windows.
    var growth: Growth?
    /// What the readings leave room for in any life, bytes per event; `nil` if that is unknown.
    var bound: Double?
    var shape: Course.Shape
    /// `nil` where the metric is reported only.
    var verdict: Verdict?

    init(
        _ metric: MetricName,
        against: String = "threshold",
        growth: Growth? = nil,
        bound: Double? = nil,
        shape: Course.Shape = .unclear,
        verdict: Verdict? = .inconclusive
    ) {
        self.metric = metric
        self.against = against
        self.growth = growth
        self.bound = bound
        self.shape = shape
        self.verdict = verdict
    }
}

/// The courses of a set of lives, taken together.
struct Courses: Sendable {
    private struct Part {
        var life: Life
        var course: Course

        var low: Double { course.growth.estimate.low }
    }

    private let parts: [Part]
    /// Too short to be judged one by one: growth over all of them, the level of each left aside.
    private let pooled: Growth?
    /// Of all events, those of lives that were too short to be judged.
    private let unjudgedShare: Double
    private let leastRise: Double
    private let settings: AnalysisSettings

    /// - Parameters:
    ///   - lives: that are judged together.
    ///   - metric: in bytes.
    ///   - isDifference: the points are differences from another life, which has ups and downs of its own.
    ///   - settings: the thresholds.
    ///   - points: the windows of one life, in order.
    init(
        _ lives: [Life],
        of metric: MetricName,
        isDifference: Bool = false,
        settings: AnalysisSettings,
        points: (Life, Windows) -> [WindowPoint]
    ) {
        let isHeap = metric == .heap
        let leastRise = isHeap ? settings.leastHeapRise : settings.leastResidentRise
        self.leastRise = leastRise
        self.settings = settings
        parts = lives.compactMap { life in
            guard let usable = life.usable else { return nil }
            let windows = Windows(usable, parts: settings.finestWindows, settings: settings)
            let points = points(life, windows)
            let course = Course(
                points,
                windowSeconds: windows.length,
                unseen: life.unseen(in: metric, settings: settings),
                leastRise: leastRise,
                kept: isDifference ? nil : life.keptWhenIdle(of: metric),
                lows: isDifference ? [] : life.lows(of: metric, among: points, settings: settings),
                events: isDifference
                    ? nil
                    : life.events(
                        at: windows.from
                    )...max(
                        life.events(at: windows.from),
                        life.events(at: windows.end)
                    ),
                settings: settings
            )
            return course.map { Part(life: life, course: $0) }
        }
        pooled = parts.isEmpty ? Growth.over(lives, settings: settings, points: points) : nil
        let all = lives.reduce(0) { $0 + $1.handled }
        unjudgedShare = all > 0 ? 1 - parts.reduce(0) { $0 + $1.life.handled } / all : 0
    }

    /// One life that leaks is enough, unless it was cut short before it had warmed up: of those most must.
    ///
    /// All must be bounded, and few events be those of lives that were too short to tell.
    func sign(_ metric: MetricName, against: String = "threshold") -> MemorySign {
        if let pooled { return pooledSign(pooled, metric, against) }
        let leaking = parts.filter { $0.course.verdict == .leaking }
        let young = parts.filter { !$0.life.isWarmedUp }
        let isDecided =
            leaking.contains { $0.life.isWarmedUp }
            || 2 * leaking.count { !$0.life.isWarmedUp } > young.count
        if isDecided, let loudest = leaking.max(by: { $0.low < $1.low }) {
            return sign(loudest, metric, against, .leaking)
        }
        let open = parts.filter { $0.course.verdict != .bounded }
        if let widest = open.max(by: { $0.course.bound < $1.course.bound }) {
            return sign(widest, metric, against, .inconclusive)
        }
        guard let widest = parts.max(by: { $0.course.bound < $1.course.bound }) else {
            return MemorySign(metric, against: against)
        }
        return sign(widest, metric, against, unjudgedShare > Self.mostUnjudged ? .inconclusive : .bounded)
    }

    private static let mostUnjudged = 0.3

    private func sign(_ part: Part, _ metric: MetricName, _ against: String, _ verdict: Verdict) -> MemorySign
    {
        MemorySign(
            metric,
            against: against,
            growth: part.course.growth,
            bound: part.course.bound,
            shape: part.course.shape,
            verdict: verdict
        )
    }

    /// Lives that are all over before they can be judged can show a leak, and nothing else.
    private func pooledSign(_ growth: Growth, _ metric: MetricName, _ against: String) -> MemorySign {
        let isLeaking =
            growth.estimate.low > settings.bytesPerEvent
            && growth.estimate.estimate * growth.events >= leastRise
        return MemorySign(
            metric,
            against: against,
            growth: growth,
            bound: growth.estimate.high,
            shape: .line,
            verdict: isLeaking ? .leaking : .inconclusive
        )
    }
}

extension Life {
    /// The usable time begins after the warm-up, and not at the first event of a life that was cut short.
    var isWarmedUp: Bool { usable.map { $0.from >= warmUpEnd } ?? false }

    /// Bytes more when idle after the last event than before the first one, or than at the lowest moment since the warm-up where that is
    /// less: what was freed on the way, or happens to be high before, must not hide what was kept.
    ///
    /// - Returns: `nil` if the pod was not seen idle at both ends.
    func keptWhenIdle(of metric: MetricName) -> Double? {
        let track = self[metric]
        guard let idleUntil, let quiescentFrom, let usable, let before = track.value(at: idleUntil),
            let after = track.minimum(from: quiescentFrom, to: .infinity)?.value
        else { return nil }
        return after - min(before, track.minimum(from: usable.from, to: usable.to)?.value ?? before)
    }

    /// The lowest window of each tooth; empty if the level does not fall back again and again.
    fileprivate func lows(
        of metric: MetricName,
        among points: [WindowPoint],
        settings: AnalysisSettings
    ) -> [WindowPoint] {
        guard let teeth = SawTooth(of: self, metric: metric, settings: settings) else { return [] }
        return zip(teeth.fallTimes, teeth.fallTimes.dropFirst() + [.infinity]).compactMap { from, to in
            points.filter { $0.seconds >= from && $0.seconds < to }.min { $0.bytes < $1.bytes }
        }
    }
}
