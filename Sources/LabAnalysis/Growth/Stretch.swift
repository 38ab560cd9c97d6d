import LabCore

/// Neighbouring windows of one life, and the line through them.
struct Stretch: Sendable, Hashable {
    /// In order, at least ``AnalysisSettings/fewestWindows``.
    let points: [WindowPoint]
    let line: TheilSen
    /// Windows that the line was drawn through.
    let windows: Int

    /// Fails with too few windows.
    ///
    /// The line is drawn through twenty windows, each by its lowest reading; or through ten where their longer windows see so much
    /// less of what comes and goes that the interval is half as wide.
    init?(_ points: some Collection<WindowPoint>, settings: AnalysisSettings) {
        let points = Array(points)
        guard points.count >= settings.fewestWindows else { return nil }
        func line(_ count: Int) -> (line: TheilSen, windows: Int)? {
            let lowest = points.lowest(count)
            return TheilSen([lowest], confidence: settings.confidence).map { ($0, lowest.count) }
        }
        guard let fine = line(settings.windowsPerLife) else { return nil }
        let coarse = line(settings.windowsPerLife / 2).flatMap {
            2 * $0.line.width < fine.line.width ? $0 : nil
        }
        self.points = points
        (self.line, windows) = coarse ?? fine
    }

    /// Handled from the first window to the last.
    var events: Double { (points.last?.events ?? 0) - (points.first?.events ?? 0) }

    /// Bytes that the line rises by.
    var rise: Double { line.estimate * events }

    /// The interval is narrow beside the slope.
    var isStraight: Bool { line.low >= 0.75 * line.estimate }

    /// The later half grows at less than this share of the pace of the earlier one, even by the upper end of its interval: what fills up does.
    func isSlowing(to share: Double, settings: AnalysisSettings) -> Bool {
        guard let half = halves, let earlier = TheilSen.slope(of: half.earlier),
            let later = Stretch(half.later, settings: settings)
        else { return false }
        return later.line.high < share * earlier
    }

    /// The later half grows at this share of the pace of the earlier one at least, even by the lower end of its interval.
    func isKeepingPace(of share: Double, settings: AnalysisSettings) -> Bool {
        guard let half = halves, let earlier = TheilSen.slope(of: half.earlier),
            let later = Stretch(half.later, settings: settings)
        else { return false }
        return later.line.low >= share * earlier
    }

    /// Of the events.
    private var halves: (earlier: [WindowPoint], later: [WindowPoint])? {
        guard let first = points.first else { return nil }
        let middle = first.events + events / 2
        return (points.filter { $0.events <= middle }, points.filter { $0.events >= middle })
    }

    /// The level at the end lies above that at the start by no more than `bytesPerEvent` and what the readings scatter by.
    ///
    /// A line that most windows lie on says nothing of the last few.
    func endsWhereItBegan(within bytesPerEvent: Double) -> Bool {
        let share = max(2, points.count / 8)
        guard let start = median(points.prefix(share).map(\.bytes)),
            let end = median(points.suffix(share).map(\.bytes))
        else { return false }
        return end - start <= bytesPerEvent * events + 3 * scatter
    }

    /// The median distance from the line, as a standard deviation, bytes.
    private var scatter: Double {
        let levels = points.map { $0.bytes - line.estimate * $0.events }
        guard let level = median(levels) else { return 0 }
        return 1.4826 * (median(levels.map { abs($0 - level) }) ?? 0)
    }
}

extension [WindowPoint] {
    /// The lowest of each of `count` groups of neighbours.
    func lowest(_ count: Int) -> [WindowPoint] {
        guard count > 0, count < self.count else { return self }
        return (0..<count).compactMap { group in
            self[(group * self.count / count)..<((group + 1) * self.count / count)].min {
                $0.bytes < $1.bytes
            }
        }
    }

    /// Those of the last `share` of the events.
    func last(share: Double) -> [WindowPoint] {
        guard let first, let last else { return [] }
        let from = last.events - share * (last.events - first.events)
        return filter { $0.events >= from }
    }
}
