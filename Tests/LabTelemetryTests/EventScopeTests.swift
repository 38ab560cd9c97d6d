import Synchronization
import Testing

@testable import LabTelemetry

@Suite(.timeLimit(.minutes(1))) struct EventScopeTests {
    private let outliving: Counter

    init() throws {
        outliving = try TelemetryPage.anonymous().gauge("outliving")
    }

    /// A door that tasks wait at.
    private final class Gate: Sendable {
        private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

        func wait() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    private final class Ended: Sendable {
        let count = Atomic(0)
    }

    private func waitUntil(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    @Test("Events that leave nothing behind share one scope and count nothing")
    func nothingLeft() async {
        var tracker = EventScopeTracker(outliving: outliving)
        var scopes: Set<ObjectIdentifier> = []
        for _ in 0..<100 {
            await tracker.run {
                await Task.yield()
                if let scope = EventScope.current { scopes.insert(ObjectIdentifier(scope)) }
            }
        }
        #expect(scopes.count == 1)
        #expect(outliving.load() == 0)
        #expect(EventScope.current == nil)
    }

    @Test("Structured children and tasks that were awaited end with their event")
    func structured() async {
        var tracker = EventScopeTracker(outliving: outliving)
        for _ in 0..<50 {
            await tracker.run {
                async let child: Void = Task.yield()
                await child
            }
        }
        #expect(outliving.load() == 0)
    }

    @Test("Each event that leaves tasks behind counts once, until its last task ends")
    func leftBehind() async {
        var tracker = EventScopeTracker(outliving: outliving)
        let gates = [Gate(), Gate()]
        var tasks: [Task<Void, Never>] = []
        for event in 0..<30 {
            await tracker.run {
                guard event.isMultiple(of: 3) else { return }
                for gate in gates { tasks.append(Task { await gate.wait() }) }
            }
        }
        #expect(outliving.load() == 10)
        gates[0].open()
        for (number, task) in tasks.enumerated() where number.isMultiple(of: 2) { await task.value }
        #expect(outliving.load() == 10)
        gates[1].open()
        for task in tasks { await task.value }
        await waitUntil { outliving.load() == 0 }
    }

    @Test("A task of a task holds the scope of the event that both come from")
    func grandchildren() async {
        var tracker = EventScopeTracker(outliving: outliving)
        let gate = Gate()
        let made = Gate()
        await tracker.run {
            Task {
                Task { await gate.wait() }
                made.open()
            }
            await made.wait()
        }
        #expect(outliving.load() == 1)
        gate.open()
        await waitUntil { outliving.load() == 0 }
    }

    @Test("A detached task copies nothing and is not seen")
    func detached() async {
        var tracker = EventScopeTracker(outliving: outliving)
        let gate = Gate()
        var task: Task<Void, Never>?
        await tracker.run { task = Task.detached { await gate.wait() } }
        #expect(outliving.load() == 0)
        gate.open()
        await task?.value
    }

    @Test("An event that throws is counted as any other, and its error goes on")
    func throwing() async {
        struct Failure: Error {}
        var tracker = EventScopeTracker(outliving: outliving)
        let gate = Gate()
        await #expect(throws: Failure.self) {
            try await tracker.run {
                Task { await gate.wait() }
                throw Failure()
            }
        }
        #expect(outliving.load() == 1)
        gate.open()
        await waitUntil { outliving.load() == 0 }
    }

    @Test("Tasks that end in the instant in which their event does leave no count")
    func race() async {
        var tracker = EventScopeTracker(outliving: outliving)
        let ended = Ended()
        for event in 0..<5_000 {
            await tracker.run {
                Task { ended.count.add(1, ordering: .relaxed) }
                if event.isMultiple(of: 3) { await Task.yield() }
            }
        }
        await waitUntil { ended.count.load(ordering: .relaxed) == 5_000 && outliving.load() == 0 }
    }

    @Test("Scopes outlive their tracker and still take their count back")
    func trackerGone() async {
        let gate = Gate()
        do {
            var tracker = EventScopeTracker(outliving: outliving)
            await tracker.run { _ = Task { await gate.wait() } }
        }
        #expect(outliving.load() == 1)
        gate.open()
        await waitUntil { outliving.load() == 0 }
    }
}
