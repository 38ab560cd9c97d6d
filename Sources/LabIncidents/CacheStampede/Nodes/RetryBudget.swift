import Synchronization

/// Allows retries as a share of requests, so that a gateway whose callees are in trouble does not multiply its calls.
final class RetryBudget: Sendable {
    /// Retries for each request in the long run.
    private let share: Double
    private let balance: Mutex<Double>

    /// What is saved up in good times, and at hand at first: retries of so many requests.
    private static let savedRequests = 100.0

    init(share: Double) {
        self.share = share
        balance = Mutex(share * Self.savedRequests)
    }

    /// A request begins.
    func deposit() { balance.withLock { $0 = min($0 + share, share * Self.savedRequests) } }

    /// - Returns: whether one more retry is allowed.
    func withdraw() -> Bool {
        balance.withLock { balance in
            guard balance >= 1 else { return false }
            balance -= 1
            return true
        }
    }
}
