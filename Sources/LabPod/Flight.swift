import Dispatch
import Synchronization

/// The events whose handlers run: how many there may be, and which offsets they leave to be committed.
final class Flight: Sendable {
    private struct State {
        var offsets = OffsetProgress()
        var inFlight = 0
        var waiter: CheckedContinuation<Void, Never>?
        var emptied: DispatchSemaphore?
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = capacity }

    /// Takes a place, waiting for one if all are taken.
    ///
    /// One caller at a time.
    func enter() async {
        await withCheckedContinuation { continuation in
            let entersAtOnce = state.withLock { state in
                if state.inFlight < capacity {
                    state.inFlight += 1
                    return true
                }
                state.waiter = continuation
                return false
            }
            if entersAtOnce { continuation.resume() }
        }
    }

    func begin(_ partition: Int32, _ offset: Int64) {
        state.withLock { $0.offsets.begin(partition, offset) }
    }

    /// Gives the place to who waits for it.
    func leave(_ partition: Int32, _ offset: Int64) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.offsets.finish(partition, offset)
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            state.inFlight -= 1
            if state.inFlight == 0 { state.emptied?.signal() }
            return nil
        }
        waiter?.resume()
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
