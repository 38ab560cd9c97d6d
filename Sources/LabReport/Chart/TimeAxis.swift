import LabCore

/// The axis of a run's time: incident time, which is drawn, against nanoseconds of wall time, which are recorded.
struct TimeAxis: Sendable, Hashable {
    /// Wall nanoseconds at the right end.
    let end: Int64
    let timeScale: Double
    let scale: LinearScale

    init(end: Int64, timeScale: Double, start: Double, width: Double) {
        self.end = max(1, end)
        self.timeScale = timeScale
        scale = LinearScale(from: 0, to: Double(self.end), start: start, end: start + width)
    }

    func position(_ time: Int64) -> Double { scale.position(Double(time)) }

    /// Zero and at most `limit` further round incident times, and their positions.
    func ticks(limit: Int) -> [(position: Double, text: String)] {
        let seconds = Double(end) / 1e9 * timeScale
        let step = Self.step(for: seconds, limit: limit)
        let count = min(limit, Int(min(1e6, seconds / step)))
        return (0...max(0, count)).map { index in
            let time = Double(index) * step
            return (scale.position(time / timeScale * 1e9), Self.text(time, step: step))
        }
    }

    /// Seconds, minutes, hours and days that clocks have marks for.
    private static let steps: [Double] = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900,
        1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400,
    ]

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
