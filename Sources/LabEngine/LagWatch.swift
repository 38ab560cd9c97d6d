import LabAnalysis
import LabCore
import LabTelemetry

/// Follows one variant's lag while it runs: each partition's peak, Burrow's status word, and when it will be gone.
struct LagWatch: Sendable {
    /// The largest lag of each partition that was seen, events.
    private(set) var peaks: [Int]
    /// Of all partitions together, events.
    private(set) var lag = 0
    private(set) var status: LagStatus?
    /// Of the last observation, if it was due; `nil` between two.
    private(set) var newReading: LagStatus?
    /// Wall seconds until the lag is gone, if it goes on like this; `nil` if it does not shrink.
    private(set) var drainSeconds: Double?
    private var monitor = LagMonitor()
    private var meter = DrainMeter()
    private var nextReading: Int64 = 0

    /// Between two looks at the status, nanoseconds of wall time.
    private static let interval: Int64 = 1_000_000_000

    init(partitions: Int) { peaks = Array(repeating: 0, count: partitions) }

    /// Looks at the books; `isAlive` tells whether any of the variant's pods lives.
    /// - Returns: a change of the status.
    mutating func observe(
        _ ledger: Ledger,
        at time: Int64,
        isAlive: Bool
    ) -> (old: LagStatus, new: LagStatus)? {
        let partitions = (0..<Int32(peaks.count)).map { ledger.progress($0) }
        lag = 0
        for (index, progress) in partitions.enumerated() {
            lag += progress.lag
            peaks[index] = max(peaks[index], progress.lag)
        }
        newReading = nil
        guard time >= nextReading else { return nil }
        nextReading = max(nextReading + Self.interval, time)
        let observations = partitions.enumerated().map { index, progress in
            LagObservation(
                partition: Int32(index),
                committedOffset: progress.committed,
                endOffset: progress.end,
                lag: progress.lag
            )
        }
        let new = monitor.observe(at: time, partitions: observations, isAlive: isAlive)
        drainSeconds = meter.observe(at: time, lag: lag)
        defer { status = new }
        newReading = new
        let old = status ?? .ok
        return old == new ? nil : (old, new)
    }
}
