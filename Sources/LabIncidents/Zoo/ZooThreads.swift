import Dispatch
import Foundation

/// Threads that are parked.
struct ZooThreads: ZooMedium, Sendable {
    private static let stackSize = 256 << 10
    private var count = 0
    /// Signalled once for each thread that is to end; each holds on to it.
    private let ends = DispatchSemaphore(value: 0)

    mutating func take() -> Bool {
        let thread = Thread { [ends] in ends.wait() }
        thread.stackSize = Self.stackSize
        thread.start()
        count += 1
        return true
    }

    mutating func giveBack() {
        guard count > 0 else { return }
        count -= 1
        ends.signal()
    }
}
