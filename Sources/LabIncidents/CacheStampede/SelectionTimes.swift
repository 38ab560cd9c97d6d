import LabCore
import LabTelemetry
import Synchronization

/// How long it took to choose a node, as a histogram and as quantiles of all choices so far.
final class SelectionTimes: Sendable {
    private struct State {
        var snapshot = HistogramSnapshot()
        var lastPublication: UInt64 = 0
    }

    private let now: @Sendable () -> UInt64
    private let histogram: HistogramHandle
    private let median: TimedGauge
    private let ninetyNinth: TimedGauge
    private let longest: TimedGauge
    private let state = Mutex(State())

    /// Nanoseconds; to publish is to sort the histogram's buckets.
    private static let publicationInterval: UInt64 = 100_000_000

    /// `now` gives nanoseconds of a clock that never goes back.
    init(on page: TelemetryPage, now: @escaping @Sendable () -> UInt64) {
        self.now = now
        histogram = page.histogram("selectionTime", class: .incident)
        median = page.timedGauge("selectionP50Micros", unit: .microseconds, class: .incident)
        ninetyNinth = page.timedGauge("selectionP99Micros", unit: .microseconds, class: .incident)
        longest = page.timedGauge("selectionMaxMicros", unit: .microseconds, class: .incident)
    }

    /// Measures a choice, whether it succeeds or throws.
    func measure<Result>(_ choice: () async throws -> Result) async rethrows -> Result {
        let start = now()
        defer { record(from: start) }
        return try await choice()
    }

    private func record(from start: UInt64) {
        let end = now()
        let micros = (end &- start) / 1_000
        histogram.record(micros)
        state.withLock { state in
            state.snapshot.record(micros)
            guard end >= state.lastPublication + Self.publicationInterval else { return }
            state.lastPublication = end
            publish(state.snapshot, at: end)
        }
    }

    private func publish(_ snapshot: HistogramSnapshot, at time: UInt64) {
        median.store(snapshot.quantile(0.5) ?? 0, at: time)
        ninetyNinth.store(snapshot.quantile(0.99) ?? 0, at: time)
        longest.store(snapshot.maximum, at: time)
    }
}
