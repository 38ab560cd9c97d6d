import Dispatch
import LabCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What other threads want of the front's, which it takes between two rounds.
///
/// A pipe wakes the thread; it is closed with the last one who holds this.
final class FrontControl: Sendable {
    private struct State {
        var faults: [BrokerFault]?
        /// Signalled once the thread has the faults.
        var taken: [DispatchSemaphore] = []
        var isStopping = false
    }

    /// So long the thread may take between two rounds at most.
    private static let patience = DispatchTimeInterval.seconds(1)

    private let state = Mutex(State())
    let wakeEnd: Int32
    private let otherEnd: Int32

    /// - Throws: ``LabError`` if the process has no descriptors left.
    init() throws(LabError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw LabError("no pipe: \(SystemError.words(errno))") }
        (wakeEnd, otherEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(wakeEnd)
        close(otherEnd)
    }

    /// Returns once the thread has taken the faults, a second later at most.
    func apply(_ faults: [BrokerFault]) {
        let taken = DispatchSemaphore(value: 0)
        state.withLock { state in
            state.faults = faults
            state.taken.append(taken)
        }
        wake()
        _ = taken.wait(timeout: .now() + Self.patience)
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    private func wake() {
        var byte: UInt8 = 1
        // A full pipe wakes as well as one more byte in it.
        _ = write(otherEnd, &byte, 1)
    }

    /// - Returns: faults that were handed over since the last call; whether the front is to end.
    func take() -> (faults: [BrokerFault]?, isStopping: Bool) {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wakeEnd, &bytes, bytes.count) > 0 {}
        return state.withLock { state in
            defer { (state.faults, state.taken) = (nil, []) }
            for waiting in state.taken { waiting.signal() }
            return (state.faults, state.isStopping)
        }
    }
}
