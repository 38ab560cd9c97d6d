import Synchronization

/// What the lab wants of a pod that is being supervised, and who waits for it to come about.
final class PodOrders: Sendable {
    private typealias Waiter = CheckedContinuation<Void, Never>

    private struct State {
        var hasBegun = false
        var hasFinished = false
        var isStopped = false
        var replacement: PodSpecification?
        /// The supervisor, while it waits for an order.
        var bell: Waiter?
        /// Those who wait for the life of a replacement: not yet looked at, and about to start.
        var ordered: [Waiter] = []
        var starting: [Waiter] = []
        /// Those who wait for the supervisor's end.
        var ending: [Waiter] = []

        var hasOrder: Bool { isStopped || replacement != nil }

        mutating func takeBell() -> [Waiter] {
            defer { bell = nil }
            return bell.map { [$0] } ?? []
        }
    }

    private let state = Mutex(State())

    // MARK: - The lab's side

    /// Returns when a life of this specification, or of one ordered later, has been started, or none ever will be.
    func replace(with pod: PodSpecification) async {
        await wait { state, waiter in
            guard !state.hasFinished, !state.isStopped else { return [waiter] }
            state.replacement = pod
            state.ordered.append(waiter)
            return state.takeBell()
        }
    }

    /// Returns when the supervisor has finished; at once if it never began.
    func stop() async {
        await wait { state, waiter in
            state.isStopped = true
            guard state.hasBegun, !state.hasFinished else { return [waiter] }
            state.ending.append(waiter)
            return state.takeBell()
        }
    }

    // MARK: - The supervisor's side

    /// Whether there is something that the present life must give way to.
    var isPending: Bool { state.withLock { $0.hasOrder } }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func begin() { state.withLock { $0.hasBegun = true } }

    func takeReplacement() -> PodSpecification? {
        state.withLock { state in
            guard let pod = state.replacement else { return nil }
            state.replacement = nil
            state.starting += state.ordered
            state.ordered = []
            return pod
        }
    }

    func lifeStarted() {
        let waiters = state.withLock { state in
            defer { state.starting = [] }
            return state.starting
        }
        for waiter in waiters { waiter.resume() }
    }

    func finish() {
        let waiters = state.withLock { state in
            defer { (state.ordered, state.starting, state.ending) = ([], [], []) }
            state.hasFinished = true
            state.replacement = nil
            return state.ordered + state.starting + state.ending
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits for an order; returns at once if there is one, or if the task is cancelled.
    ///
    /// One task at a time.
    func wait() async {
        await withTaskCancellationHandler {
            await wait { state, waiter in
                // Looked at under the lock, which a cancellation must take as well: it cannot be missed.
                guard !state.hasOrder, !Task.isCancelled else { return [waiter] }
                state.bell = waiter
                return []
            }
        } onCancel: {
            for waiter in state.withLock({ $0.takeBell() }) { waiter.resume() }
        }
    }

    /// The same with an end.
    func wait(atMost limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Suspends the caller until `place` returns it, or until somebody else resumes it where `place` has put it.
    private func wait(_ place: (inout State, Waiter) -> [Waiter]) async {
        await withCheckedContinuation { waiter in
            for due in state.withLock({ place(&$0, waiter) }) { due.resume() }
        }
    }
}
