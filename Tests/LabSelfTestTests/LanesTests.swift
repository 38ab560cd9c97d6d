import LabSelfTest
import Synchronization
import Testing

@Suite("Lanes", .timeLimit(.minutes(1))) struct LanesTests {
    /// Who works now, and who has.
    private final class Probe: Sendable {
        struct State {
            var working: Set<String> = []
            var most = 0
            var begun: [String] = []
            /// Exclusive ones that were not alone.
            var disturbed: [String] = []
        }

        private let state = Mutex(State())

        var seen: State { state.withLock { $0 } }

        func begin(_ item: String) {
            state.withLock { state in
                state.working.insert(item)
                state.begun.append(item)
                state.most = max(state.most, state.working.count)
                if state.working.count > 1 { state.disturbed += state.working.filter(isExclusive) }
            }
        }

        func end(_ item: String) { state.withLock { _ = $0.working.remove(item) } }

        /// Gives others many chances to begin meanwhile.
        func work(_ item: String) async {
            begin(item)
            for _ in 0..<100 { await Task.yield() }
            end(item)
        }

        func wait(for item: String) async {
            while !seen.begun.contains(item) { await Task.yield() }
        }
    }

    private struct Broken: Error {}

    private static func isExclusive(_ item: String) -> Bool { item.hasPrefix("alone") }
    private static let items = ["a", "alone-1", "b", "c", "alone-2", "d", "e"]

    @Test("work on as many as there are, and never on more", arguments: [1, 2, 3])
    func width(_ count: Int) async throws {
        let probe = Probe()
        try await Lanes(count).run(Self.items, isExclusive: Self.isExclusive) { await probe.work($0) }
        #expect(probe.seen.begun.sorted() == Self.items.sorted())
        #expect(probe.seen.most <= count)
        #expect(probe.seen.working.isEmpty)
    }

    @Test("work side by side")
    func together() async throws {
        let probe = Probe()
        // Each waits for the other, so one lane would never come to an end.
        let others = ["a": "b", "b": "a"]
        try await Lanes(2).run(["a", "b"], isExclusive: Self.isExclusive) { item in
            probe.begin(item)
            if let other = others[item] { await probe.wait(for: other) }
            probe.end(item)
        }
        #expect(probe.seen.most == 2)
    }

    @Test("let exclusive ones alone, after the others, in their order")
    func exclusive() async throws {
        let probe = Probe()
        try await Lanes(3).run(Self.items, isExclusive: Self.isExclusive) { await probe.work($0) }
        #expect(probe.seen.disturbed.isEmpty)
        #expect(probe.seen.begun.suffix(2) == ["alone-1", "alone-2"])
    }

    @Test("are at least one", arguments: [0, -3])
    func fewest(_ count: Int) async throws {
        let probe = Probe()
        try await Lanes(count).run(Self.items, isExclusive: Self.isExclusive) { await probe.work($0) }
        #expect(probe.seen.most == 1)
        #expect(probe.seen.begun == ["a", "b", "c", "d", "e", "alone-1", "alone-2"])
    }

    @Test("begin nothing new once they are cancelled, and await what goes on")
    func cancelled() async throws {
        let probe = Probe()
        let task = Task {
            try await Lanes(2).run(Self.items, isExclusive: Self.isExclusive) { item in
                probe.begin(item)
                for await _ in AsyncStream<Void>.makeStream().stream {}
                probe.end(item)
            }
        }
        await probe.wait(for: "b")
        task.cancel()
        try await task.value
        #expect(probe.seen.begun.sorted() == ["a", "b"])
        #expect(probe.seen.working.isEmpty)
    }

    @Test("end with the first error")
    func failure() async throws {
        let probe = Probe()
        await #expect(throws: Broken.self) {
            try await Lanes(1).run(Self.items, isExclusive: Self.isExclusive) { item in
                await probe.work(item)
                if item == "b" { throw Broken() }
            }
        }
        #expect(probe.seen.begun == ["a", "b"])
    }
}

@Suite("Lanes for things of different weight", .timeLimit(.minutes(1))) struct WeightedLanesTests {
    /// How much goes on at a time, at most.
    private static func most(of weights: [Int], lanes: Int) async throws -> (most: Int, done: Int) {
        let state = Mutex((now: 0, most: 0, done: 0))
        try await Lanes(lanes).run(weights, weight: \.self) { weight in
            state.withLock { state in
                state.now += weight
                state.most = max(state.most, state.now)
            }
            for _ in 0..<50 { await Task.yield() }
            state.withLock { state in
                state.now -= weight
                state.done += 1
            }
        }
        return state.withLock { ($0.most, $0.done) }
    }

    @Test("never carry more than there is room for", arguments: [4, 5, 8])
    func room(lanes: Int) async throws {
        let weights = [1, 4, 1, 1, 4, 4, 1, 1, 1, 4]
        let seen = try await Self.most(of: weights, lanes: lanes)
        #expect(seen.most <= lanes)
        #expect(seen.done == weights.count)
    }

    @Test("carry alone what is too heavy for all of them")
    func tooHeavy() async throws {
        let seen = try await Self.most(of: [1, 1, 9, 1], lanes: 2)
        #expect(seen.most == 9)
        #expect(seen.done == 4)
    }
}
