import LabCore
import Synchronization
import Testing

@testable import LabTelemetry

@Suite("When rounds are due")
struct CadenceTests {
    private static let second: UInt64 = 1_000_000_000

    @Test("Rounds are due at a fixed distance, however long each of them takes")
    func fixed() {
        var cadence = Cadence(every: .seconds(1), from: 0)
        let due = [Self.second / 10, Self.second + 3, 2 * Self.second].map { cadence.next(after: $0) }
        #expect(due == [1, 2, 3].map { $0 * Self.second })
    }

    @Test("What is late is left out, not made up for")
    func late() {
        var cadence = Cadence(every: .seconds(1), from: 0)
        #expect(cadence.next(after: 5 * Self.second) == 6 * Self.second)
        #expect(cadence.next(after: 6 * Self.second + 1) == 7 * Self.second)
    }

    @Test(
        "No period is too short or too long",
        arguments: [Duration.zero, .seconds(-1), .seconds(Int64.max)]
    )
    func extremes(period: Duration) {
        var cadence = Cadence(every: period, from: 5)
        let due = cadence.next(after: 7)
        #expect(period > .zero ? due > UInt64(Int64.max) : due == 1_000_005)
        #expect(cadence.next(after: .max) == .max)
    }
}

@Suite("A thread that works in rounds", .timeLimit(.minutes(1)))
struct PeriodicThreadTests {
    /// Nothing that is tested here waits for it.
    private static let long = Duration.seconds(3_600)

    @Test("Who stops it ends its rest at once, and can wait for its end", arguments: [true, false])
    func stop(isTask: Bool) async {
        let rounds = Atomic(0)
        let thread = PeriodicThread("test", every: Self.long)
        let hasBegun = Latch()
        thread.start { thread in
            repeat {
                rounds.add(1, ordering: .relaxed)
                hasBegun.open()
            } while thread.rest()
        }
        await hasBegun.wait()
        #expect(!thread.isStopping)
        thread.stop()
        if isTask { await thread.finished() } else { thread.join() }
        #expect(thread.isStopping && rounds.load(ordering: .relaxed) == 1)
    }

    @Test("Who wakes it gets one round before its time")
    func wake() async {
        let rounds = Atomic(0)
        let (first, second) = (Latch(), Latch())
        let thread = PeriodicThread("test", every: Self.long)
        thread.start { thread in
            repeat {
                let count = rounds.add(1, ordering: .relaxed).newValue
                (count == 1 ? first : second).open()
            } while thread.rest(for: Self.long)
        }
        await first.wait()
        thread.wake()
        await second.wait()
        thread.stop()
        thread.join()
        #expect(rounds.load(ordering: .relaxed) == 2)
    }

    @Test("Rounds follow each other by themselves", arguments: [true, false])
    func rounds(isOnSchedule: Bool) {
        let rounds = Atomic(0)
        let thread = PeriodicThread("test", every: .milliseconds(1))
        thread.start { thread in
            var isGoingOn = true
            while isGoingOn, rounds.add(1, ordering: .relaxed).newValue < 5 {
                isGoingOn = isOnSchedule ? thread.rest() : thread.rest(for: .milliseconds(1))
            }
        }
        thread.join()
        #expect(rounds.load(ordering: .relaxed) == 5)
    }

    @Test("It is started once, and one that never was is not waited for")
    func starts() async {
        let starts = Atomic(0)
        let thread = PeriodicThread("test", every: Self.long)
        thread.join()
        await thread.finished()
        for _ in 0..<3 { thread.start { _ in starts.add(1, ordering: .relaxed) } }
        thread.join()
        #expect(starts.load(ordering: .relaxed) == 1)
    }

    @Test("One that is stopped before it starts has no second round")
    func stoppedEarly() {
        let rounds = Atomic(0)
        let thread = PeriodicThread("test", every: Self.long)
        thread.stop()
        thread.start { thread in
            repeat { rounds.add(1, ordering: .relaxed) } while thread.rest()
        }
        thread.join()
        #expect(rounds.load(ordering: .relaxed) == 1)
    }
}

@Suite("A latch", .timeLimit(.minutes(1)))
struct LatchTests {
    @Test("Everybody who waits goes on when it opens, and nobody waits after that")
    func opens() async {
        let latch = Latch()
        let passed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await latch.wait()
                    return 1
                }
            }
            latch.open()
            latch.open()
            return await group.reduce(0, +)
        }
        await latch.wait()
        #expect(latch.isOpen && passed == 20)
    }
}
