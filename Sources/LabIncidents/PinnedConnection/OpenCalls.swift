import LabCore
import Synchronization

/// The calls of one connection that wait for their answers.
final class OpenCalls: Sendable {
    private struct State {
        var waiting: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var last: UInt64 = 0
        var isClosed = false
        /// To be called when nobody waits any more.
        var whenEmpty: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.waiting.count } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// A number for the next call.
    func next() -> UInt64 {
        state.withLock { state in
            state.last += 1
            return state.last
        }
    }

    /// - Returns: false, with the caller refused, if the connection has ended.
    func wait(for call: UInt64, _ continuation: CheckedContinuation<Void, any Error>) -> Bool {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.waiting[call] = continuation }
            return !state.isClosed
        }
        if !isOpen { continuation.resume(throwing: Self.ended) }
        return isOpen
    }

    /// - Returns: false if nobody waits for that call any more.
    @discardableResult
    func settle(_ call: UInt64, with result: Result<Void, any Error>) -> Bool {
        let (waiter, whenEmpty) = state.withLock { state in
            let waiter = state.waiting.removeValue(forKey: call)
            return (waiter, state.waiting.isEmpty ? state.whenEmpty.take() : nil)
        }
        waiter?.resume(with: result)
        whenEmpty?()
        return waiter != nil
    }

    /// The connection has ended: whoever waits is told, and whoever comes.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            state.whenEmpty = nil
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for waiter in waiting { waiter.resume(throwing: Self.ended) }
    }

    /// Calls `action` once nobody waits, at once if nobody does.
    func whenEmpty(_ action: @escaping @Sendable () -> Void) {
        let isEmpty = state.withLock { state in
            if !state.waiting.isEmpty { state.whenEmpty = action }
            return state.waiting.isEmpty
        }
        if isEmpty { action() }
    }

    private static let ended = LabError("call: the connection has ended")
}
