import Foundation
import Synchronization
import Testing

@testable import LabPod

@Suite("Flight", .timeLimit(.minutes(1)))
struct FlightTests {
    @Test("no more are in flight than there are places, and all places are used", arguments: [1, 2, 7])
    func capacity(places: Int) async {
        let flight = Flight(capacity: places)
        let inFlight = Count()
        let most = Mutex(0)
        await withDiscardingTaskGroup { group in
            for offset in 0..<Int64(500) {
                _ = await flight.enter()
                flight.begin(0, offset)
                let now = inFlight.add(1)
                most.withLock { $0 = max($0, now) }
                group.addTask {
                    for _ in 0..<(offset % 5) { await Task.yield() }
                    inFlight.add(-1)
                    flight.leave(0, offset)
                }
            }
        }
        let highest = most.withLock { $0 }
        #expect(highest == places)
        #expect(flight.takeChanges() == [CommittableOffset(partition: 0, next: 500)])
    }

    @Test("who waits for a place gets the first that becomes free")
    func handingOver() async {
        let flight = Flight(capacity: 1)
        _ = await flight.enter()
        flight.begin(0, 0)
        let entries = Count()
        await withTaskGroup { group in
            group.addTask {
                _ = await flight.enter()
                entries.add(1)
            }
            for _ in 0..<100 { await Task.yield() }
            #expect(entries.value == 0)
            flight.leave(0, 0)
            await group.waitForAll()
        }
        #expect(entries.value == 1)
    }

    @Test("waiting until it is empty ends when the last one leaves")
    func waitUntilEmpty() async {
        let flight = Flight(capacity: 3)
        for offset in 0..<Int64(3) {
            _ = await flight.enter()
            flight.begin(0, offset)
        }
        let left = Count()
        let leftBefore = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                Thread.detachNewThread {
                    for offset in 0..<Int64(3) {
                        left.add(1)
                        flight.leave(0, offset)
                    }
                }
                flight.waitUntilEmpty(limit: 30)
                continuation.resume(returning: left.value)
            }
        }
        #expect(leftBefore == 3)
        #expect(flight.takeChanges() == [CommittableOffset(partition: 0, next: 3)])
    }

    @Test("waiting until it is empty ends at once if nobody is in flight, and in time if somebody stays")
    func waitLimit() async {
        let flight = Flight(capacity: 1)
        flight.waitUntilEmpty(limit: 3_600)
        _ = await flight.enter()
        flight.begin(0, 0)
        flight.waitUntilEmpty(limit: 0.01)
        #expect(flight.takeChanges().isEmpty)
        flight.leave(0, 0)
        flight.waitUntilEmpty(limit: 3_600)
    }

    @Test("a forgotten partition's events still give back their places")
    func forgetting() async {
        let flight = Flight(capacity: 1)
        _ = await flight.enter()
        flight.begin(4, 9)
        flight.forget(4)
        flight.leave(4, 9)
        _ = await flight.enter()
        #expect(flight.takeChanges().isEmpty)
    }

    @Test("an event that stays unfinished gives back its place, and nothing after it is committed")
    func abandoning() async {
        let flight = Flight(capacity: 2)
        for offset in 0..<Int64(2) {
            _ = await flight.enter()
            flight.begin(0, offset)
        }
        flight.abandon()
        flight.leave(0, 1)
        let isAdmitted = await flight.enter()
        #expect(isAdmitted)
        #expect(flight.takeChanges().isEmpty)
    }

    @Test("once an event has failed the pod nobody enters any more, nor does who was waiting")
    func failing() async {
        let flight = Flight(capacity: 2)
        for offset in 0..<Int64(2) {
            _ = await flight.enter()
            flight.begin(0, offset)
        }
        let answers = await withTaskGroup { group in
            group.addTask { await flight.enter() }
            for _ in 0..<100 { await Task.yield() }
            flight.fail(HandlerFailure(partition: 0, offset: 0, error: CancellationError()))
            flight.fail(HandlerFailure(partition: 0, offset: 1, error: CancellationError()))
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == [false])
        let isAdmitted = await flight.enter()
        #expect(!isAdmitted)
        #expect(flight.failure?.offset == 0)
        #expect(flight.takeChanges().isEmpty)
        flight.waitUntilEmpty(limit: 3_600)
    }
}
