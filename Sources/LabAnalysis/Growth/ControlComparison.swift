import LabCore

/// Memory of a variant against the control of the same run, in the same windows of wall time: what both do (the
/// allocator settling, a cache filling, the machine) cancels out.
struct ControlComparison: Sendable {
    let name: String
    let control: [Life]
    /// The control leaks by its own signs: what grows no faster than it may leak too.
    let isLeaking: Bool
    /// The memory limit of its pods, if it was the same all the time.
    var limit: Int64?
    /// How often its pods were killed there, and how many events they handled.
    var kills = 0
    var handled = 0.0

    /// What the differences say.
    func sign(_ metric: MetricName, of lives: [Life], settings: AnalysisSettings) -> MemorySign {
        Courses(lives, of: metric, isDifference: true, settings: settings) { life, windows in
            guard let partner = partner(of: life) else { return [] }
            return windows.differences(of: metric, between: life, and: partner)
        }.sign(metric, against: name)
    }

    /// How much more a life has of a metric than the control's life beside it, window by window; empty where there is none.
    func differences(of metric: MetricName, from life: Life, in windows: Windows) -> [WindowPoint] {
        guard !isLeaking, let partner = partner(of: life) else { return [] }
        return windows.differences(of: metric, between: life, and: partner)
    }

    /// The control's life that shares the most warmed-up time.
    private func partner(of life: Life) -> Life? {
        let overlaps = control.map { (life: $0, seconds: Self.overlap(of: life, and: $0)) }
        return overlaps.filter { $0.seconds > 0 }.max { $0.seconds < $1.seconds }?.life
    }

    private static func overlap(of life: Life, and other: Life) -> Double {
        guard let own = life.usable, let theirs = other.usable else { return 0 }
        return min(own.to, other.lastSample) - max(own.from, theirs.from)
    }
}
