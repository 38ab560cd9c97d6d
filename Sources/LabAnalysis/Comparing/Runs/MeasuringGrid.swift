import LabCore

/// The equal windows that the planned production of a run is cut into, the same for all its variants and for every run
/// of the same load: what two variants did in one window, they did under the same part of the load.
struct MeasuringGrid: Sendable, Hashable {
    /// Wall seconds.
    let length: Double
    let count: Int

    /// So that some twenty remain after warm-up.
    private static let most = 24
    /// More than this no recording has; a damaged one may say so.
    private static let longestRun = 1e7

    init(_ header: RunHeader, settings: AnalysisSettings) {
        let end = Double(header.phases.last?.end ?? 0) / 1e9
        let seconds = end.isFinite ? min(max(0, end), Self.longestRun) : 0
        length = max(settings.shortestWindow, seconds / Double(Self.most))
        count = Int((seconds / length + 1e-6).rounded(.down))
    }

    /// Wall seconds since the start of the run.
    func start(of window: Int) -> Double { Double(window) * length }

    /// One value for each window that lies within `bounds` as a whole.
    func values<Value>(within bounds: ClosedRange<Double>, _ value: (Double, Double) -> Value?) -> [Value?] {
        (0..<count).map { window in
            let (from, to) = (start(of: window), start(of: window + 1))
            guard from >= bounds.lowerBound, to <= bounds.upperBound + 1e-9 else { return nil }
            return value(from, to)
        }
    }
}
