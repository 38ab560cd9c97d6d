import Synchronization

/// Where a cache leaves work for its worker: a buffer of promotions, a buffer of deletions, and the word to stop.
///
/// One worker waits on all three, truly suspended. Promotions are dropped when their buffer is full; deletions wait
/// for room.
struct WorkerInbox: ~Copyable, Sendable {
    enum Work {
        case promote(IndexItem)
        case delete(IndexItem)
        case stop
    }

    // Not private: the compiler (6.3.1, debug) then links a private type of a value that other files store inline.
    struct State: ~Copyable {
        var buffers: WorkerBuffers<IndexItem>
        var isStopping = false
        var takesDeletionNext = false
        var droppedPromotions = 0
        var worker: CheckedContinuation<Void, Never>?
        /// Callers that wait until there is room for a deletion.
        var senders: [CheckedContinuation<Void, Never>] = []
        /// Callers that wait until the worker has nothing left to do.
        var observers: [CheckedContinuation<Void, Never>] = []

        var hasWork: Bool {
            isStopping || buffers.count(of: .promotions) > 0 || buffers.count(of: .deletions) > 0
        }

        /// Takes turns between the buffers while both have something, as a select does in the long run.
        ///
        /// The word to stop comes after the promotions that were sent before it.
        mutating func take() -> Work? {
            takesDeletionNext.toggle()
            if takesDeletionNext, let item = buffers.popFirst(of: .deletions) { return .delete(item) }
            if let item = buffers.popFirst(of: .promotions) { return .promote(item) }
            if let item = buffers.popFirst(of: .deletions) { return .delete(item) }
            return isStopping ? .stop : nil
        }
    }

    private let state: Mutex<State>

    init(capacity: Int) {
        state = Mutex(State(buffers: WorkerBuffers(capacity: capacity)))
    }

    // MARK: - The cache's side

    /// Never waits: without room the promotion is dropped, and counted.
    func promote(_ item: IndexItem) {
        let worker = state.withLock { state in
            guard !state.isStopping, state.buffers.append(item, to: .promotions) else {
                state.droppedPromotions += 1
                return nil as CheckedContinuation<Void, Never>?
            }
            return state.worker.take()
        }
        worker?.resume()
    }

    /// Waits for room.
    ///
    /// Does nothing once the worker was told to stop.
    func delete(_ item: IndexItem) async {
        while true {
            let (isDone, worker) = state.withLock { state in
                let isDone = state.isStopping || state.buffers.append(item, to: .deletions)
                return (isDone, isDone ? state.worker.take() : nil)
            }
            worker?.resume()
            if isDone { return }
            await waitForRoom()
        }
    }

    /// Tells the worker to end once it has done what was sent before.
    func stop() {
        let worker = state.withLock { state in
            state.isStopping = true
            return state.worker.take()
        }
        worker?.resume()
    }

    /// Waits until the worker has done everything that this task has sent.
    func settle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.isStopping || (state.worker != nil && !state.hasWork) { return true }
                state.observers.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    var droppedPromotions: Int { state.withLock { $0.droppedPromotions } }

    private func waitForRoom() async {
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                if state.isStopping || !state.buffers.isFull(.deletions) { return true }
                state.senders.append(continuation)
                return false
            }
            if hasRoom { continuation.resume() }
        }
    }

    // MARK: - The worker's side

    /// The next piece of work; suspends while there is none.
    ///
    /// For one caller at a time.
    func next() async -> Work {
        while true {
            let (work, senders) = state.withLock { state in
                let work = state.take()
                return (work, state.buffers.isFull(.deletions) ? [] : state.senders.removingAll())
            }
            for sender in senders { sender.resume() }
            if let work { return work }
            await waitForWork()
        }
    }

    private func waitForWork() async {
        await withCheckedContinuation { continuation in
            let (hasWork, observers) = state.withLock { state in
                if state.hasWork { return (true, [] as [CheckedContinuation<Void, Never>]) }
                state.worker = continuation
                return (false, state.observers.removingAll())
            }
            for observer in observers { observer.resume() }
            if hasWork { continuation.resume() }
        }
    }

    /// Lets go of everybody who still waits, after the worker has seen the word to stop.
    func close() {
        let waiting = state.withLock { $0.senders.removingAll() + $0.observers.removingAll() }
        for continuation in waiting { continuation.resume() }
    }
}

extension Array {
    fileprivate mutating func removingAll() -> [Element] {
        defer { removeAll() }
        return self
    }
}
