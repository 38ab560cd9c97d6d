import CPlatform
import Foundation
import LabCore

/// A thread of its own for work that is done in rounds, with a rest after each.
///
/// The work is one function: it calls ``rest()`` or ``rest(for:)`` between two rounds, and returns when that says so. What
/// it keeps from round to round are its local variables.
package final class PeriodicThread: Sendable {
    private struct State {
        var cadence: Cadence
        var hasStarted = false
        var hasEnded = false
        var isStopping = false
        var isWoken = false
    }

    private let name: String
    private let period: Duration
    private let state: Monitor<State>
    private let end = Latch()

    /// - Parameters:
    ///   - name: for `ps -L` and debuggers, up to 15 bytes.
    ///   - period: from the beginning of a round to that of the next, for ``rest()``.
    package init(_ name: String, every period: Duration) {
        self.name = name
        self.period = period
        state = Monitor(State(cadence: Cadence(every: period, from: 0)))
    }

    /// Starts the thread, which lives until `work` returns; does nothing the second time.
    package func start(_ work: @escaping @Sendable (PeriodicThread) -> Void) {
        let isFirst = state.withLock { state in
            guard !state.hasStarted else { return false }
            state.hasStarted = true
            state.cadence = Cadence(every: period, from: MonotonicClock.nanoseconds)
            return true
        }
        guard isFirst else { return }
        Thread.detachNewThread { [self] in
            cplatform_name_thread(name)
            work(self)
            state.withLock { $0.hasEnded = true }
            end.open()
        }
    }

    // MARK: - On the thread itself

    /// Waits until the next round is due, or somebody asks for one.
    /// - Returns: false once the thread is to end.
    package func rest() -> Bool {
        rest(until: state.withLock { $0.cadence.next(after: MonotonicClock.nanoseconds) })
    }

    /// Waits so long, or until somebody asks for a round.
    /// - Returns: false once the thread is to end.
    package func rest(for pause: Duration) -> Bool {
        let length = UInt64(clamping: pause.inNanoseconds)
        return rest(until: Cadence.sum(MonotonicClock.nanoseconds, length))
    }

    private func rest(until deadline: UInt64) -> Bool {
        state.wait(until: deadline) { $0.isWoken || $0.isStopping }
        return state.withLock { state in
            state.isWoken = false
            return !state.isStopping
        }
    }

    /// No further round is to begin.
    package var isStopping: Bool { state.withLock { $0.isStopping } }

    // MARK: - On any other

    /// Ends the rest that is under way, or else the next one.
    package func wake() { state.withLock { $0.isWoken = true } }

    /// Lets the thread end after the round that is under way; ends its rest at once.
    package func stop() { state.withLock { $0.isStopping = true } }

    /// Blocks until the thread has ended; not at all if it was never started.
    package func join() {
        state.wait(until: .max) { $0.hasEnded || !$0.hasStarted }
    }

    /// The same for a task.
    package func finished() async {
        guard state.withLock({ $0.hasStarted }) else { return }
        await end.wait()
    }
}
