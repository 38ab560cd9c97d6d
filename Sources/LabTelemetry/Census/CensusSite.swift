/// One place in the code that makes tasks or objects, and how many of them live.
package struct CensusSite: Sendable {
    package enum Kind: Sendable, Hashable {
        case task
        case instance
    }

    private let created: Counter
    private let live: Counter
    private let total: Counter

    init(created: Counter, live: Counter, total: Counter) {
        self.created = created
        self.live = live
        self.total = total
    }

    /// Call where the task is made (its body may begin later), or in `init`.
    package func enter() {
        created.add()
        live.add()
        total.add()
    }

    /// Call where the task's body ends, or in `deinit`.
    package func leave() {
        live.subtract()
        total.subtract()
    }
}
