import LabCore

/// The axis of a run's time: incident time, which is drawn, against nanoseconds of wall time, which are recorded.
struct TimeAxis: Sendable, Hashable {
    /// Wall nanoseconds at the left end, and at the right one.
    let begin: Int64
    let end: Int64
    let timeScale: Double
    let scale: LinearScale

    /// - Parameters:
    ///   - begin: wall nanoseconds, not negative.
    ///   - end: later than `begin`, or the axis is one nanosecond long.
    ///   - timeScale: incident time per wall time.
    ///   - start: where the axis starts, in SVG user units.
    ///   - width: its length.
    init(begin: Int64 = 0, end: Int64, timeScale: Double, start: Double, width: Double) {
        self.begin = min(max(0, begin), Series.reportableTimes.upperBound)
        self.end = max(self.begin + 1, end)
        self.timeScale = timeScale
        scale = LinearScale(from: Double(self.begin), to: Double(self.end), start: start, end: start + width)
    }

    func position(_ time: Int64) -> Double { scale.position(Double(time)) }

    /// Round incident times, one more than `limit` of them at most, and their positions.
    func ticks(limit: Int) -> [(position: Double, text: String)] {
        let first = Double(begin) / 1e9 * timeScale
        let seconds = Double(end) / 1e9 * timeScale - first
        let step = Self.step(for: seconds, limit: limit)
        let start = (first / step).rounded(.up) * step
        let count = min(limit, Int(min(1e6, (first + seconds - start) / step)))
        return (0...max(0, count)).map { index in
            let time = start + Double(index) * step
            return (scale.position(time / timeScale * 1e9), Self.text(time, step: step))
        }
    }

    /// Seconds, minutes, hours and days that clocks have marks for.
    private static let steps: [Double] = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900,
        1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400,
    ]

    /// Zero and round durations up to the first one at or above `largest`, seconds, in `limit` steps at most.
    static func roundTimes(upTo largest: Double, limit: Int) -> [Double] {
        let step = step(for: largest, limit: limit)
        return (0...max(1, Int(min(1e6, (largest / step).rounded(.up))))).map { Double($0) * step }
    }

    private static func step(for seconds: Double, limit: Int) -> Double {
        if let step = steps.first(where: { $0 * Double(limit) >= seconds }) { return step }
        var step = 86_400.0
        while step * Double(limit) < seconds, step < 1e300 { step *= 2 }
        return step
    }

    private static func text(_ seconds: Double, step: Double) -> String {
        if seconds == 0 { return "0" }
        return Figure.duration(seconds).replacingMinutes()
    }
}

extension String {
    /// `min` reads better than `m` where there is no second unit.
    fileprivate func replacingMinutes() -> String {
        hasSuffix(" m") && !contains(" h ") ? dropLast(2) + " min" : self
    }
}
