import LabCore
import LabTelemetry
import Synchronization

/// Holds a handler's first events until all there are have been fetched, so that fetching and handling can be told
/// apart.
final class RehearsalGate: Sendable {
    private struct State {
        var firstEvent: UInt64?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let opened = Atomic(false)

    /// When the first event came to the handler, on the monotonic clock; `nil` as long as none has.
    var firstEvent: UInt64? { state.withLock { $0.firstEvent } }

    func open() {
        let waiters = state.withLock { state in
            opened.store(true, ordering: .relaxed)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    fileprivate var isOpen: Bool { opened.load(ordering: .relaxed) }

    fileprivate func pass() async {
        let now = MonotonicClock.nanoseconds
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                if state.firstEvent == nil { state.firstEvent = now }
                guard !isOpen else { return true }
                state.waiters.append(continuation)
                return false
            }
            if passes { continuation.resume() }
        }
    }
}

/// The handler that is rehearsed, behind the gate.
struct GatedHandler: EventHandler {
    let handler: any EventHandler
    let gate: RehearsalGate

    func handle(_ event: borrowing Event) async throws {
        if !gate.isOpen { await gate.pass() }
        try await handler.handle(event)
    }

    var isSaturated: Bool { handler.isSaturated }

    func shutDown() async { await handler.shutDown() }
}
