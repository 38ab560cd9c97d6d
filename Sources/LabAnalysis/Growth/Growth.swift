import LabCore

/// How a memory metric grows with the events that a pod handled.
struct Growth: Sendable, Hashable {
    /// Bytes per event.
    var estimate: Estimate
    /// Windows, over all lives.
    var windows: Int
    /// Wall seconds.
    var windowSeconds: Double
    /// The events handled in those windows of a life that were read.
    var events: Double
    /// The largest fall between two windows, bytes: memory that the metric was seen to give back by itself.
    var largestFall: Double

    /// Over all lives of a variant: the medians of those with enough windows; if no life has, all of them pooled.
    ///
    /// - Parameters:
    ///   - lives: of one variant.
    ///   - settings: give the windows and the confidence.
    ///   - points: the windows of one life, in order.
    /// - Returns: `nil` if even the pool has too few windows.
    static func over(
        _ lives: [Life],
        settings: AnalysisSettings,
        points: (Life, Windows) -> [WindowPoint]
    ) -> Growth? {
        let groups = lives.compactMap { life -> Group? in
            guard let usable = life.usable else { return nil }
            let windows = Windows(usable, settings: settings)
            let points = points(life, windows)
            let events = life.events(at: windows.end) - life.events(at: windows.from)
            return Group(
                points: points,
                seconds: windows.length,
                events: events * Double(points.count) / Double(max(1, windows.count))
            )
        }
        let long = groups.filter { $0.points.count >= settings.fewestWindows }
        guard long.isEmpty else {
            return middle(of: long.compactMap { Growth([$0], settings: settings) })
        }
        return Growth(groups.filter { $0.points.count > 1 }, settings: settings)
    }

    private struct Group {
        var points: [WindowPoint]
        var seconds: Double
        var events: Double
    }

    private init?(_ groups: [Group], settings: AnalysisSettings) {
        let points = groups.map(\.points)
        let windows = points.reduce(0) { $0 + $1.count }
        guard windows >= settings.fewestWindows,
            let fit = TheilSen(points, confidence: settings.confidence)
        else { return nil }
        estimate = Estimate(fit)
        self.windows = windows
        windowSeconds = median(groups.map(\.seconds)) ?? 0
        events = median(groups.map(\.events)) ?? 0
        largestFall = points.map { $0.map(\.bytes).largestFall }.max() ?? 0
    }

    /// Of a part of one life.
    ///
    /// - Parameters:
    ///   - stretch: that part.
    ///   - windowSeconds: the length of its windows; those that its line was drawn through may be longer.
    init(_ stretch: Stretch, windowSeconds: Double) {
        estimate = Estimate(stretch.line)
        windows = stretch.windows
        self.windowSeconds = windowSeconds * Double(stretch.points.count) / Double(max(1, stretch.windows))
        events = stretch.events
        largestFall = stretch.points.map(\.bytes).largestFall
    }

    /// The median of each figure: one life that went astray does not decide.
    private static func middle(of lives: [Growth]) -> Growth? {
        guard var result = lives.first else { return nil }
        func middle(_ figure: (Growth) -> Double) -> Double { median(lives.map(figure)) ?? figure(result) }
        result.estimate = Estimate(
            estimate: middle(\.estimate.estimate),
            low: middle(\.estimate.low),
            high: middle(\.estimate.high)
        )
        result.windows = lives.reduce(0) { $0 + $1.windows }
        (result.windowSeconds, result.events) = (middle(\.windowSeconds), middle(\.events))
        result.largestFall = middle(\.largestFall)
        return result
    }
}

extension [Double] {
    /// From the highest level so far to a later one; 0 for what never falls.
    var largestFall: Double {
        var (highest, fall) = (-Double.infinity, 0.0)
        for level in self {
            highest = Swift.max(highest, level)
            fall = Swift.max(fall, highest - level)
        }
        return fall
    }
}

extension Estimate {
    init(_ fit: TheilSen) { self.init(estimate: fit.estimate, low: fit.low, high: fit.high) }
}

extension Growth {
    /// The size of a leak, bytes per event, that would have been found with the chance `settings.power`: its estimate
    /// has to lie above what is tolerated by the interval's lower arm, and by so much more that scatter rarely undoes it.
    func smallestDetectable(_ settings: AnalysisSettings) -> Double {
        let arm = max(0, estimate.estimate - estimate.low)
        let confidenceQuantile = normalQuantile((1 + settings.confidence) / 2)
        guard confidenceQuantile > 0 else { return settings.bytesPerEvent + arm }
        return settings.bytesPerEvent + arm * (1 + normalQuantile(settings.power) / confidenceQuantile)
    }
}
