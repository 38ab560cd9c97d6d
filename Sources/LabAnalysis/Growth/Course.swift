import LabCore

/// What the readings of one life say of memory that must not grow with the events.
///
/// Nothing is bounded because a leak was not found: it is bounded if the readings leave no room for one.
struct Course: Sendable, Hashable {
    enum Shape: Sendable, Hashable {
        /// One line, from the end of the warm-up to the last event.
        case line
        /// A line from a moment on, wall seconds since the start of the run.
        case late(since: Double)
        /// One rise by so many bytes until a moment, and no more from there on.
        case settled(rise: Double, at: Double)
        /// What rose was given back when the pod fell idle: so many bytes were kept.
        case returned(kept: Double)
        /// It falls back again and again; the line is that of its lows.
        case teeth
        /// It rises, but slower and slower.
        case slowing
        /// It rose, and has not risen since; whether it stays there was not seen.
        case paused(at: Double)
        /// It was not read over a large part of the events.
        case unread
        case unclear
    }

    let verdict: Verdict
    let shape: Shape
    /// Of the stretch that decides.
    let growth: Growth
    /// What the readings leave room for, bytes per event: the upper end of the interval, and what resident memory does not show.
    let bound: Double

    /// Fails with too few windows.
    ///
    /// - Parameters:
    ///   - points: the windows of the life, in order.
    ///   - windowSeconds: their length, wall seconds.
    ///   - unseen: bytes that can be kept without showing in the metric.
    ///   - leastRise: bytes; a smaller rise of a whole life is no leak.
    ///   - kept: bytes more when idle after the last event than before the first one; `nil` if that was not seen.
    ///   - lows: the low of each tooth, if the level falls back again and again.
    ///   - events: all that the life handled while it was looked at, as counted from its start; `nil` for those of the points.
    ///   - settings: the thresholds.
    init?(
        _ points: [WindowPoint],
        windowSeconds: Double,
        unseen: Double = 0,
        leastRise: Double = 0,
        kept: Double? = nil,
        lows: [WindowPoint] = [],
        events: ClosedRange<Double>? = nil,
        settings: AnalysisSettings
    ) {
        guard let whole = Stretch(points, settings: settings) else { return nil }
        let judge = CourseJudge(
            whole: whole,
            rise: Rise(points),
            unseen: unseen,
            leastRise: leastRise,
            settings: settings
        )
        let found = judge.returned(kept) ?? judge.teeth(lows) ?? judge.leak ?? judge.bound ?? judge.open
        let hasGap = events.map { points.largestGap(in: $0) > Self.largestGap } ?? false
        // What was not looked at is not shown.
        (verdict, shape) =
            found.verdict == .bounded && hasGap ? (.inconclusive, .unread) : (found.verdict, found.shape)
        growth = Growth(found.stretch, windowSeconds: windowSeconds)
        bound = judge.bound(of: found.stretch)
    }

    /// Of the events: without a reading for longer nothing is shown to be bounded.
    private static let largestGap = 0.25
}

extension [WindowPoint] {
    /// The largest share of `events` between two neighbours, or between an end and its neighbour.
    fileprivate func largestGap(in events: ClosedRange<Double>) -> Double {
        let marks = [events.lowerBound] + map(\.events) + [events.upperBound]
        let largest = zip(marks, marks.dropFirst()).map { $1 - $0 }.max() ?? 0
        return largest / Swift.max(events.upperBound - events.lowerBound, 1)
    }
}

/// The rules of ``Course``, in the order in which they are asked.
private struct CourseJudge {
    let whole: Stretch
    let rise: Rise?
    let unseen: Double
    let leastRise: Double
    let settings: AnalysisSettings

    typealias Found = (verdict: Verdict, shape: Course.Shape, stretch: Stretch)

    /// Shares of the events at the end of a life that are looked at by themselves.
    private static let lateShares = [1.0 / 2, 1.0 / 3, 1.0 / 4]
    /// What keeps up this share of its pace is a line, whatever was before.
    private static let steadyShare = 0.9
    /// A rise that begins late must be so many times what fell before.
    private static let beyondFalls = 3.0
    private static let twice = 2.0

    func bound(of stretch: Stretch) -> Double {
        stretch.line.high + (stretch.events > 0 ? unseen / stretch.events : 0)
    }

    func returned(_ kept: Double?) -> Found? {
        guard let kept, kept <= settings.bytesPerEvent * whole.events else { return nil }
        // What did not rise has nothing to give back.
        guard whole.line.estimate > settings.bytesPerEvent || whole.line.high > settings.bytesPerEvent else {
            return nil
        }
        return (.bounded, .returned(kept: kept), whole)
    }

    func teeth(_ lows: [WindowPoint]) -> Found? {
        guard let interval = LowsInterval(lows, confidence: settings.confidence) else { return nil }
        if interval.low > settings.bytesPerEvent, interval.rise >= settings.oneOffBytes {
            return (.leaking, .teeth, whole)
        }
        return (interval.high <= settings.bytesPerEvent ? .bounded : .inconclusive, .teeth, whole)
    }

    var leak: Found? {
        if isLeak(whole, rise: rise, atLeast: leastRise) { return (.leaking, .line, whole) }
        for share in Self.lateShares {
            let points = whole.points.last(share: share)
            guard let stretch = Stretch(points, settings: settings),
                isLeak(stretch, rise: Rise(points), atLeast: max(leastRise, settings.oneOffBytes)),
                stretch.isStraight, !isTail(stretch),
                stretch.rise > Self.beyondFalls * largestFall(before: stretch)
            else { continue }
            return (.leaking, .late(since: points.first?.seconds ?? 0), stretch)
        }
        return nil
    }

    /// Even the lower end of the interval is above what is tolerated, the rise went on to the end, and at its pace.
    ///
    /// What a life keeps once comes in a step or two, or slower and slower: a rise that is no larger must be seen to be a straight line.
    private func isLeak(_ stretch: Stretch, rise: Rise?, atLeast least: Double) -> Bool {
        guard stretch.line.low > settings.bytesPerEvent, stretch.rise >= least, !(rise?.hasPaused ?? false)
        else { return false }
        guard stretch.rise < Self.twice * settings.oneOffBytes else {
            return !stretch.isSlowing(to: settings.slowingShare, settings: settings)
        }
        return stretch.isStraight && stretch.isKeepingPace(of: settings.slowingShare, settings: settings)
    }

    /// The end of a faster rise, and not the start of one: it grows slower than before, and slower and slower.
    private func isTail(_ stretch: Stretch) -> Bool {
        let before = whole.points.filter { $0.events < stretch.points.first?.events ?? 0 }
        guard let pace = TheilSen.slope(of: before), stretch.line.high < settings.slowingShare * pace else {
            return false
        }
        return !stretch.isKeepingPace(of: Self.steadyShare, settings: settings)
    }

    /// From one of twenty windows to a later one, bytes: what rises may fall again, as it did before.
    private func largestFall(before stretch: Stretch) -> Double {
        let start = stretch.points.first?.events ?? 0
        let before = whole.points.lowest(settings.windowsPerLife).filter { $0.events < start }
        return (before.map(\.bytes) + [stretch.points.map(\.bytes).min() ?? .infinity]).largestFall
    }

    var bound: Found? {
        if isShownBounded(whole) { return (.bounded, .line, whole) }
        guard let rise, rise.hasStopped, rise.wasAskedOn else { return nil }
        let tail = whole.points.filter { $0.seconds >= rise.end }
        // The end of the rise itself is among the first of them.
        for dropped in [0, tail.count / 4, tail.count / 2] {
            guard let stretch = Stretch(tail.dropFirst(dropped), settings: settings), isShownBounded(stretch)
            else { continue }
            return (.bounded, .settled(rise: rise.size, at: rise.end), stretch)
        }
        return nil
    }

    private func isShownBounded(_ stretch: Stretch) -> Bool {
        bound(of: stretch) <= settings.bytesPerEvent
            && stretch.endsWhereItBegan(within: settings.bytesPerEvent)
    }

    var open: Found {
        if let rise, rise.hasPaused, rise.size > settings.bytesPerEvent * whole.events {
            return (.inconclusive, .paused(at: rise.end), whole)
        }
        let isSlowing =
            whole.line.low > settings.bytesPerEvent
            && whole.isSlowing(to: settings.slowingShare, settings: settings)
        return (.inconclusive, isSlowing ? .slowing : .unclear, whole)
    }
}

/// The slope of the lows of a level that falls back again and again, by least squares with Student's interval.
///
/// There are few of them, each one the lowest of many readings, and they are a period apart.
private struct LowsInterval {
    let low: Double
    let high: Double
    /// Bytes, from the first to the last.
    let rise: Double

    init?(_ lows: [WindowPoint], confidence: Double) {
        guard lows.count >= 3, let first = lows.first, let last = lows.last, last.events > first.events
        else { return nil }
        let count = Double(lows.count)
        let (meanEvents, meanBytes) = (
            lows.reduce(0) { $0 + $1.events } / count, lows.reduce(0) { $0 + $1.bytes } / count
        )
        let square = lows.reduce(0) { $0 + ($1.events - meanEvents) * ($1.events - meanEvents) }
        let slope = lows.reduce(0) { $0 + ($1.events - meanEvents) * ($1.bytes - meanBytes) } / square
        let residuals = lows.reduce(0.0) { sum, point in
            let residual = point.bytes - meanBytes - slope * (point.events - meanEvents)
            return sum + residual * residual
        }
        let error = (residuals / (count - 2) / square).squareRoot()
        let quantile = StudentDistribution(freedom: count - 2).quantile((1 + confidence) / 2)
        let range =
            ((lows.map(\.bytes).max() ?? 0) - (lows.map(\.bytes).min() ?? 0)) / (last.events - first.events)
        low = slope - quantile * error
        // No line through so few can rise by more than what lies between the lowest and the highest of them.
        high = min(slope + quantile * error, max(range, slope))
        rise = slope * (last.events - first.events)
        guard low.isFinite, high.isFinite else { return nil }
    }
}
