import Synchronization

/// Why a run ends before its time.
///
/// The first reason stands.
package enum StopReason: Hashable, Sendable {
    /// Somebody pressed Ctrl-C or sent SIGTERM.
    case interrupted
    /// The run would say nothing any more.
    case invalid
    /// All that it is to say is known.
    case decided
}

/// Ends a run early, from any thread; those who wait for it are woken.
package final class StopSwitch: Sendable {
    private struct State {
        var reason: StopReason?
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package var reason: StopReason? { state.withLock { $0.reason } }

    package func stop(_ reason: StopReason) {
        let waiters = state.withLock { state in
            if state.reason == nil { state.reason = reason }
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when the switch is thrown or the task is cancelled.
    package func wait() async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.reason != nil || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    /// Waits until `condition` holds, looking every few milliseconds.
    /// - Returns: false if the switch was thrown or the time ran out before.
    package func wait(
        atMost limit: Duration,
        every interval: Duration = .milliseconds(10),
        until condition: () -> Bool
    ) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while !condition() {
            guard reason == nil, ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: interval)
        }
        return true
    }
}
