import LabTelemetry

/// Turns a group's committed offsets into marks in its variant's ledger.
///
/// An event counts as processed once the group has committed an offset behind it. That is what the consumer says; the
/// lab cannot see whether it was handled, or how often.
struct CommittedProgress {
    private let ledger: Ledger
    /// By partition, the first offset that was never committed.
    private var next: [Int64]

    init(_ ledger: Ledger) {
        self.ledger = ledger
        next = (0..<Int32(ledger.partitionCount)).map(ledger.base)
    }

    /// Whether the group has committed anything.
    private(set) var hasCommits = false

    /// Nothing that was produced is left to be committed.
    var isCaughtUp: Bool { ledger.totals.lag == 0 }

    /// Takes a reading; partitions without a committed offset are left out of it, and unknown ones ignored.
    /// - Returns: the number of events that are committed for the first time.
    mutating func note(_ committed: [Int32: Int64]) -> Int {
        var count = 0
        for (partition, offset) in committed where ledger.base(partition) >= 0 {
            hasCommits = true
            ledger.setCommitted(partition, offset)
            let last = ledger.base(partition) + Int64(ledger.capacityPerPartition)
            let range = next[Int(partition)]..<max(next[Int(partition)], min(offset, last))
            for offset in range { ledger.markProcessed(partition, offset) }
            next[Int(partition)] = range.upperBound
            count += range.count
        }
        return count
    }
}
