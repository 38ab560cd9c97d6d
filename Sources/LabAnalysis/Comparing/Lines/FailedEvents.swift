import LabCore

/// How many of a variant's events its handler failed.
struct FailedEvents: Sendable, Hashable {
    let failed: Int
    /// Those that failed more than once counted once more each.
    let handled: Int

    /// Fails for a command, of which nobody knows what became of an event.
    init?(failed: Int?, processed: Int) {
        guard let failed else { return nil }
        self.failed = max(0, failed)
        handled = max(processed, self.failed, 0)
    }

    var share: Double { handled > 0 ? Double(failed) / Double(handled) : 0 }

    /// Such as `4,000 of 4,000 events`.
    var text: String { "\(grouped(failed)) of \(grouped(handled)) events" }

    /// By this much more often counts as the same.
    private static let tolerated = 1.25

    /// More than the load by itself can explain, which all variants got: none of another variant's events failed, or surely
    /// fewer of them; or there is no other variant; or most events failed, which shows nothing of any variant.
    ///
    /// - Parameters:
    ///   - others: the other variants under the same load.
    ///   - confidence: of the interval, such as 0.98.
    /// - Returns: false for a variant that failed none.
    func isExcessive(beside others: [FailedEvents], confidence: Double) -> Bool {
        guard failed > 0 else { return false }
        guard let best = Self.best(of: others), best.failed > 0, 2 * failed <= handled else { return true }
        let ratio = CountRatio(
            Double(failed),
            of: Double(handled),
            over: Double(best.failed),
            of: Double(best.handled),
            confidence: confidence
        )
        return ratio.map { $0.low > Self.tolerated } ?? false
    }

    /// The one that failed the smallest share of its events.
    static func best(of others: [FailedEvents]) -> FailedEvents? {
        others.filter { $0.handled > 0 }.min { $0.share < $1.share }
    }
}

extension VariantResult {
    var failedEvents: FailedEvents? { FailedEvents(failed: events.failed, processed: events.processed) }
}

extension VariantMeasures {
    var failedEvents: FailedEvents? { FailedEvents(failed: failed, processed: processed) }
}
