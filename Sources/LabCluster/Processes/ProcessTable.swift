import LabTelemetry
import Synchronization

/// The list of the machine's processes, kept as long as it may be: reading it costs some ten microseconds a process,
/// so it is read anew only after a hundred times as long as that took, a second at most.
final class ProcessTable: Sendable {
    /// One for all, since it is the same for everybody.
    static let shared = ProcessTable()

    private static let rest = (factor: UInt64(100), least: UInt64(20_000_000), most: UInt64(1_000_000_000))

    private struct State {
        var snapshot: ProcessSnapshot?
        var number = 0
        var next: UInt64 = 0
    }

    private let state = Mutex(State())
    private let take: @Sendable () -> ProcessSnapshot?
    private let clock: @Sendable () -> UInt64

    /// - Parameters:
    ///   - take: reads the list, `nil` if that cannot be done.
    ///   - clock: nanoseconds.
    init(
        take: @escaping @Sendable () -> ProcessSnapshot? = { ProcessSnapshot.take() },
        clock: @escaping @Sendable () -> UInt64 = { MonotonicClock.nanoseconds }
    ) {
        self.take = take
        self.clock = clock
    }

    /// The list as it was a second ago at most, with the number of its reading; `nil` if it cannot be read.
    func recent() -> (snapshot: ProcessSnapshot, number: Int)? {
        state.withLock { state in
            if clock() >= state.next { read(&state) }
            return state.snapshot.map { ($0, state.number) }
        }
    }

    /// The list as it is now.
    func fresh() -> ProcessSnapshot? {
        state.withLock { state in
            read(&state)
            return state.snapshot
        }
    }

    private func read(_ state: inout State) {
        let start = clock()
        state.snapshot = take()
        state.number += 1
        let end = clock()
        let rest = min(max(Self.rest.factor * (end - min(start, end)), Self.rest.least), Self.rest.most)
        state.next = end + rest
    }
}
