/// How the wait for a variant's last events ended, after the load.
package struct Drain: Codable, Hashable, Sendable {
    package enum Outcome: String, Codable, Hashable, Sendable, CaseIterable {
        /// Everything was handled and committed.
        case drained
        /// Nothing was handled or committed any more.
        case stalled
        /// No pod was left that could go on.
        case abandoned
        /// The variant still made progress at the bound that the scenario sets.
        case cutOff = "cut-off"
        /// Somebody ended the run.
        case interrupted
    }

    package var outcome: Outcome
    /// Events that were produced and not committed when the run's books were closed; at least 0.
    package var left: Int
    /// Wall seconds from the end of the load; at least 0.
    package var seconds: Double

    package init(outcome: Outcome, left: Int, seconds: Double) {
        self.outcome = outcome
        self.left = left
        self.seconds = seconds
    }
}

extension RecordedVariant {
    /// Events that were produced and not committed when the books were closed; `nil` if they never were.
    package var left: Int? { partitions.isEmpty ? nil : partitions.left }
}

extension [PartitionBooks] {
    /// Events of all partitions that were produced and not committed.
    package var left: Int {
        reduce(0) { sum, books in
            let (total, overflow) = sum.addingReportingOverflow(Swift.max(0, books.lag))
            return overflow ? .max : total
        }
    }
}
