import Testing

/// What the integration tests share: two cores.
///
/// A test has the machine to itself, since it judges by rates and times. Two tests with the tag ``Tag/waiting`` run beside each
/// other: they mostly wait, for a load of few events or for something to time out.
actor Machine {
    private struct Turn {
        let places: Int
        let begin: CheckedContinuation<Void, Never>
    }

    private static let shared = Machine()
    /// As many waiting tests go on at a time.
    private static let all = 2

    private var free = Machine.all
    private var queue: [Turn] = []

    /// Runs a test when it is its turn: those that wait first, and the others when none of these is left.
    static func with(
        alone isAlone: Bool,
        _ body: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let places = isAlone ? all : 1
        await shared.take(places)
        do {
            try await body()
        } catch {
            await shared.give(back: places)
            throw error
        }
        await shared.give(back: places)
    }

    private func take(_ places: Int) async {
        await withCheckedContinuation { continuation in
            queue.append(Turn(places: places, begin: continuation))
            admit()
        }
    }

    private func give(back places: Int) {
        free += places
        admit()
    }

    private func admit() {
        while let index = queue.firstIndex(where: { $0.places == 1 }) ?? queue.indices.first,
            queue[index].places <= free
        {
            let turn = queue.remove(at: index)
            free -= turn.places
            turn.begin.resume()
        }
    }
}

/// Gives each test its turn on the ``Machine``; the wait for it does not count against time limits.
struct TurnTrait: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    /// Around a whole test, and so outside of the limit that each of its cases has.
    func scopeProvider(for test: Test, testCase: Test.Case?) -> TurnTrait? {
        test.isSuite || testCase != nil ? nil : self
    }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Machine.with(alone: !test.tags.contains(.waiting), function)
    }
}

extension Trait where Self == TurnTrait {
    /// Tests of the suite take turns on the machine.
    static var takingTurns: TurnTrait { TurnTrait() }
}
