import LabCore

/// What would decide an open verdict: how much longer a run, or how much faster.
struct Outlook: Sendable {
    private let growth: Growth
    private let bound: Double
    private let shape: Course.Shape
    private let settings: AnalysisSettings

    /// Fails for a sign that has nothing to go by.
    init?(_ sign: MemorySign, settings: AnalysisSettings) {
        guard sign.verdict == .inconclusive, let growth = sign.growth, let bound = sign.bound,
            growth.events > 0
        else { return nil }
        (self.growth, self.bound, shape) = (growth, bound, sign.shape)
        self.settings = settings
    }

    /// Events a second at which a leak per event shows soon.
    private static let highRate = 20_000.0
    /// Wall seconds that a run of any rate takes: a warm-up and enough windows.
    private static let shortestRun = 30.0
    private static let longestFactor = 100.0

    /// How many times as many events it takes.
    ///
    /// An interval is as wide as what memory does by itself, spread over the events.
    private var factor: Double {
        switch shape {
        case .slowing, .paused, .teeth: return 3
        case .line, .late, .settled, .returned, .unread, .unclear: break
        }
        let (estimate, tolerated) = (growth.estimate.estimate, settings.bytesPerEvent)
        let arm = estimate > tolerated ? estimate - growth.estimate.low : bound - estimate
        let distance = max(abs(estimate - tolerated), tolerated / 4)
        return min(max(1.5, arm / distance), Self.longestFactor)
    }

    /// - Parameter timeScale: incident seconds in a wall second.
    /// - Returns: such as `to decide: run 5 m at this rate, or 40 s at 20,000/s`.
    func sentence(timeScale: Double) -> String {
        let seconds = growth.windowSeconds * Double(growth.windows) * factor
        let longer = "run \(Self.rounded(seconds * timeScale)) of load at this rate"
        let fast = max(Self.shortestRun, growth.events * factor / Self.highRate)
        let faster =
            2 * fast < seconds
            ? ", or \(Self.rounded(fast * timeScale)) at \(grouped(wholeNumber(Self.highRate / timeScale)))/s"
            : ""
        let room = ByteCount.describe(max(bound, growth.estimate.high))
        return "to decide: \(longer)\(faster); this run shows that no more than \(room) per event are kept"
    }

    /// To two figures, upwards.
    private static func rounded(_ seconds: Double) -> String {
        let unit = seconds < 120 ? 10.0 : seconds < 3_600 ? 60 : 600
        return Duration.seconds((seconds / unit).rounded(.up) * unit).text
    }
}
