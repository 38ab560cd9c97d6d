import Synchronization

/// What may end a request before its answer: its time is over, or its task was cancelled.
final class RequestEnd: Sendable {
    private struct State {
        var reason: (any Error)?
        var isFinished = false
        var action: (@Sendable (any Error) -> Void)?
    }

    private let state = Mutex(State())

    /// Ends the request; the first reason counts.
    func end(_ reason: any Error) {
        let action = state.withLock { state -> (@Sendable (any Error) -> Void)? in
            guard state.reason == nil, !state.isFinished else { return nil }
            state.reason = reason
            return state.action.take()
        }
        action?(reason)
    }

    /// What ending the request takes from now on; done at once if it has ended.
    func whenEnded(_ action: @escaping @Sendable (any Error) -> Void) {
        let reason = state.withLock { state in
            if state.reason == nil { state.action = action }
            return state.reason
        }
        if let reason { action(reason) }
    }

    /// From now on nothing ends the request.
    /// - Returns: what has ended it before.
    func finish() -> (any Error)? {
        state.withLock { state in
            state.isFinished = true
            state.action = nil
            return state.reason
        }
    }
}
