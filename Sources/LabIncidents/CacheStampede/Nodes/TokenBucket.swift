import LabCore
import Synchronization

/// Lets so many through at once and so many a second in the long run.
final class TokenBucket: Sendable {
    private struct State {
        var tokens: Double
        var time: IncidentClock.Instant
    }

    /// Tokens that come in a second of incident time.
    private let rate: Double
    private let size: Double
    private let clock: IncidentClock
    private let state: Mutex<State>

    /// Full at first.
    init(rate: Double, size: Int, clock: IncidentClock) {
        self.rate = rate
        self.size = Double(size)
        self.clock = clock
        state = Mutex(State(tokens: Double(size), time: clock.now))
    }

    /// - Returns: false if there is no token.
    func take() -> Bool {
        let now = clock.now
        return state.withLock { state in
            // Threads may come in another order than they read the clock.
            let elapsed = max(0, state.time.duration(to: now).inSeconds)
            state.tokens = min(size, state.tokens + elapsed * rate)
            state.time = max(state.time, now)
            guard state.tokens >= 1 else { return false }
            state.tokens -= 1
            return true
        }
    }
}
