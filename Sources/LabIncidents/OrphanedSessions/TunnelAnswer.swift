import Synchronization

/// The first bytes for the client of a session: what its request waits for.
final class TunnelAnswer: Sendable {
    private struct State {
        /// Whether there was an answer; `nil` while that is open.
        var outcome: Bool?
        var waiter: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    /// Only the first outcome counts.
    func settle(_ outcome: Bool) {
        let waiter = state.withLock { state in
            guard state.outcome == nil else { return nil as CheckedContinuation<Bool, Never>? }
            state.outcome = outcome
            return state.waiter.take()
        }
        waiter?.resume(returning: outcome)
    }

    /// Suspends until the outcome is known; for one caller.
    func wait() async -> Bool {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state in
                if state.outcome == nil { state.waiter = continuation }
                return state.outcome
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }
}
