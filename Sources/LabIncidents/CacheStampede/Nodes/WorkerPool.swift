import Synchronization

/// A fixed number of workers and the queue before them: what makes an overloaded server slow.
final class WorkerPool: Sendable {
    private struct State {
        var idle: Int
        var waiting: [CheckedContinuation<Bool, Never>] = []
        var isClosed = false
    }

    private let state: Mutex<State>

    init(workers: Int) { state = Mutex(State(idle: workers)) }

    /// Those who wait for a worker.
    var queueLength: Int { state.withLock { $0.waiting.count } }

    /// Waits for a worker, first come first served; who has one must ``leave()``.
    /// - Returns: false if the pool was closed.
    func enter() async -> Bool {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state -> Bool? in
                guard !state.isClosed else { return false }
                guard state.idle == 0 else {
                    state.idle -= 1
                    return true
                }
                state.waiting.append(continuation)
                return nil
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.idle += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: true)
    }

    /// Sends everybody away who waits or comes.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: false) }
    }
}
