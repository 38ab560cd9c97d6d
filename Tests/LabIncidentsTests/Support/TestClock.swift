import Synchronization

/// A clock that stands still until it is told to go on.
final class TestClock: Sendable {
    private let nanoseconds = Atomic<UInt64>(1)

    var now: @Sendable () -> UInt64 {
        { self.nanoseconds.load(ordering: .relaxed) }
    }

    func advance(by seconds: UInt64) { nanoseconds.add(seconds * 1_000_000_000, ordering: .relaxed) }
}
