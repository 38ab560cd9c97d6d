import LabCore

/// What the live heap of a variant's pods does besides growing, as findings.
///
/// They are told without a limit, and so flag nothing.
struct HeapShapes: Sendable {
    private let lives: [Life]
    private let timeScale: Double
    private let settings: AnalysisSettings

    init(of lives: [Life], timeScale: Double, settings: AnalysisSettings) {
        self.lives = lives.filter { $0.usable != nil && !$0[.heap].isEmpty }
        self.timeScale = timeScale
        self.settings = settings
    }

    /// At most one of each kind.
    var findings: [Finding] {
        [
            finding(.plateau) { Plateau(of: $0, settings: settings)?.level },
            finding(.sawTooth) { SawTooth(of: $0, settings: settings).map { $0.period * timeScale } },
        ].compactMap(\.self)
    }

    /// The median over the lives that show it, if at least half of all do.
    private func finding(_ kind: Finding.Kind, _ measure: (Life) -> Double?) -> Finding? {
        let values = lives.compactMap(measure)
        guard 2 * values.count >= lives.count, let value = median(values), value.isFinite else { return nil }
        return Finding(kind: kind, metric: MetricName.heap.rawValue, value: value, limit: nil)
    }
}
