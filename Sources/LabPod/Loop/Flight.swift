import Dispatch
import Synchronization

/// The events whose handlers run: how many there may be, and which offsets they leave to be committed.
final class Flight: Sendable {
    private struct State {
        var offsets = OffsetProgress()
        var inFlight = 0
        var waiter: CheckedContinuation<Bool, Never>?
        var emptied: DispatchSemaphore?
        var failure: HandlerFailure?
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = capacity }

    /// The first event that ended the pod; nobody enters after it.
    var failure: HandlerFailure? { state.withLock { $0.failure } }

    /// Takes a place, waiting for one if all are taken.
    ///
    /// One caller at a time.
    /// - Returns: false, and no place, once an event has failed the pod.
    func enter() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> Bool? in
                if state.failure != nil { return false }
                if state.inFlight < capacity {
                    state.inFlight += 1
                    return true
                }
                state.waiter = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func begin(_ partition: Int32, _ offset: Int64) {
        state.withLock { $0.offsets.begin(partition, offset) }
    }

    /// The event is finished; its place goes to who waits for it.
    func leave(_ partition: Int32, _ offset: Int64) {
        release { $0.offsets.finish(partition, offset) }
    }

    /// An event stays unfinished, so that neither it nor what comes after it is committed.
    func abandon() { release { _ in } }

    /// An event ends the pod; it stays unfinished.
    func fail(_ failure: HandlerFailure) {
        release { $0.failure = $0.failure ?? failure }
    }

    private func release(_ change: (inout State) -> Void) {
        let (waiter, isAdmitted) = state.withLock { state -> (CheckedContinuation<Bool, Never>?, Bool) in
            change(&state)
            let waiter = state.waiter.take()
            let isAdmitted = waiter != nil && state.failure == nil
            if !isAdmitted {
                state.inFlight -= 1
                if state.inFlight == 0 { state.emptied?.signal() }
            }
            return (waiter, isAdmitted)
        }
        waiter?.resume(returning: isAdmitted)
    }

    func takeChanges() -> [CommittableOffset] { state.withLock { $0.offsets.takeChanges() } }

    func forget(_ partition: Int32) { state.withLock { $0.offsets.forget(partition) } }

    /// Blocks the calling thread until no handler runs, at most for `limit` seconds.
    ///
    /// For the rebalance callback, which must not return before the events of a partition that is given up are done.
    func waitUntilEmpty(limit: Double = 5) {
        let emptied = DispatchSemaphore(value: 0)
        let isEmpty = state.withLock { state in
            state.emptied = emptied
            return state.inFlight == 0
        }
        if !isEmpty { _ = emptied.wait(timeout: .now() + limit) }
        state.withLock { $0.emptied = nil }
    }
}
