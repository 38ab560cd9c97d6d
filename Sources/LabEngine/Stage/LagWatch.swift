import LabAnalysis
import LabCore

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

    /// Takes what the variant's ledger says of all partitions in order; `isAlive` says whether any of its pods lives.
    /// - Returns: a change of the status.
    mutating func observe(
        _ partitions: [LagObservation],
        at time: Int64,
        isAlive: Bool
    ) -> (old: LagStatus, new: LagStatus)? {
        lag = 0
        for (index, partition) in partitions.prefix(peaks.count).enumerated() {
            lag += partition.lag
            peaks[index] = max(peaks[index], partition.lag)
        }
        newReading = nil
        guard time >= nextReading else { return nil }
        nextReading = max(nextReading + Self.interval, time)
        let new = monitor.observe(at: time, partitions: partitions, isAlive: isAlive)
        drainSeconds = meter.observe(at: time, lag: lag)
        defer { status = new }
        newReading = new
        let old = status ?? .ok
        return old == new ? nil : (old, new)
    }
}
