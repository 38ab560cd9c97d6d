import LabCore
import LabTelemetry

/// How long it took to choose a node, wall time.
struct SelectionTimes: Sendable {
    private let now: @Sendable () -> UInt64
    private let histogram: HistogramHandle

    /// `now` gives nanoseconds of a clock that never goes back.
    init(on page: TelemetryPage, now: @escaping @Sendable () -> UInt64) {
        self.now = now
        histogram = page.histogram("selectionTime", class: .incident)
    }

    /// Measures a choice, whether it succeeds or throws.
    func measure<Result>(_ choice: () async throws -> Result) async rethrows -> Result {
        let start = now()
        defer { histogram.record((now() &- start) / 1_000) }
        return try await choice()
    }
}
