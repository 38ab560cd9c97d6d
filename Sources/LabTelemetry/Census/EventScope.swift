import LabCore
import Synchronization

/// What every task that is born while an event is handled holds on to: a task-local value with a lifetime.
///
/// `Task {}` copies the task-local values of its creator and keeps them until it ends. So while a scope lives after
/// its event was handled, some task born of that event lives. This counts events with at least one surviving task,
/// not tasks, and does not see `Task.detached`, which copies nothing.
package final class EventScope: Sendable {
    @TaskLocal package static var current: EventScope?

    private let outliving: Counter
    private let isRetired = Atomic(false)

    fileprivate init(outliving: Counter) { self.outliving = outliving }

    deinit {
        if isRetired.load(ordering: .relaxed) { outliving.subtract() }
    }

    /// The event is over, and somebody else still holds the scope.
    ///
    /// The caller gives up its own reference next; if the others have let go in the same instant, that is the
    /// last one and `deinit` takes the count back.
    fileprivate func retire() {
        isRetired.store(true, ordering: .relaxed)
        outliving.add()
    }
}

/// Gives each event of one loop its scope, and counts the events that leave tasks behind.
///
/// The scope object is used again as long as nobody kept it, so an event that leaves nothing behind costs no
/// allocation. With a task executor a binding costs about 0.2 µs, most of it the runtime's: it looks up the executor
/// after every `await` around the binding.
package struct EventScopeTracker: ~Copyable {
    private let outliving: Counter
    /// The scope to be bound while the next event is handled.
    ///
    /// A loop that cannot afford the layer of ``run(_:)`` binds it itself and calls ``settle()`` afterwards.
    package private(set) var scope: EventScope

    /// - Parameter outliving: the gauge of events that have ended while a task born of them lives.
    package init(outliving: Counter) {
        self.outliving = outliving
        scope = EventScope(outliving: outliving)
    }

    /// Handles one event in its scope.
    ///
    /// What `body` throws is passed on after the event was counted.
    package mutating func run(_ body: nonisolated(nonsending) () async throws -> Void) async rethrows {
        defer { settle() }
        try await EventScope.$current.withValue(scope, operation: body)
    }

    /// The event is over: a scope that something still holds is counted and replaced.
    package mutating func settle() {
        guard !isKnownUniquelyReferenced(&scope) else { return }
        scope.retire()
        scope = EventScope(outliving: outliving)
    }
}
